/** What a person or the command line can choose for one job, with the defaults. */
import { EMBEDDED_ADDRESS } from '../models/model-address';
import type { HeardPart } from '../media/heard-part';
import type { Replacement } from '../transcript/replacements';
import type { CaptionsUse } from './caption-choice';
import type { Denoise } from '../protocol/media';
import { DEFAULT_THRESHOLDS, type SpeechThresholds } from '../protocol/speech-thresholds';
import type { Backend, TextWishes } from '../protocol/speech';
import type { SpeakerMethod } from '../speakers/voices';

export interface JobSettings {
  /** A folder in hub layout, relative to the page or absolute. */
  model: string;
  backend: Backend | 'auto';
  /** WASM threads; 0 leaves it to the machine. */
  threads: number;
  /** Longest chunk, 1 to 30; null leaves it to the model. */
  chunkSeconds: number | null;
  /** Most windows decoded together, 1 to 8; null leaves it to memory. */
  batch: number | null;
  /** Short windows are several times faster, full ones are what most models know best. */
  audioContext: 'auto' | 'full' | 'short';
  voiceActivity: boolean;
  /** When somebody counts as speaking. */
  speech: SpeechThresholds;
  denoise: Denoise;
  /** ISO 639-1, null to detect. */
  language: string | null;
  /** ISO 639-1: with several, each stretch is in one of these. Empty: one language for all, which the first windows vote on. */
  languages: string[];
  /** Into English, or as it is said. */
  task: 'transcribe' | 'translate';
  /** Whether to find out when each word is said: one more pass of the decoder over each window. */
  words: boolean;
  /** Names and spellings that are likely to come; the model reads them as the text before. */
  prompt: string;
  /** What is written for what, wherever the text is shown or saved. */
  replacements: Replacement[];
  /** Null: half of what the device offers, at most 1 or 2 GB by the size of the model. */
  memoryLimitMegabytes: number | null;
  /** Most minutes of work on one recording, in one sitting; null for no limit. */
  limitMinutes: number | null;
  /** Which track, channels and stretch of the recording. */
  heard: HeardPart;
  /** What becomes of captions that come with the recording. */
  captions: CaptionsUse;
  /** Which of the tracks found, counted from 0; null for the one that suits best. */
  captionTrack: number | null;
  /** Who speaks is found out after the text. */
  diarize: 'off' | SpeakerMethod;
  /** How many people speak; null to find out. */
  speakers: number | null;
}

export const EMBEDDED_MODEL = EMBEDDED_ADDRESS;

export const DEFAULT_SETTINGS: JobSettings = {
  model: EMBEDDED_MODEL,
  backend: 'auto',
  threads: 0,
  chunkSeconds: null,
  batch: null,
  audioContext: 'auto',
  voiceActivity: true,
  speech: DEFAULT_THRESHOLDS,
  denoise: 'off',
  language: null,
  languages: [],
  task: 'transcribe',
  words: false,
  prompt: '',
  replacements: [],
  memoryLimitMegabytes: null,
  limitMinutes: 120,
  heard: { track: null, channels: 'mix', startSeconds: 0, endSeconds: null },
  captions: 'auto',
  captionTrack: null,
  diarize: 'off',
  speakers: null,
};

/** What the recognizer is told of them. */
export const textWishes = ({ words, languages, task, prompt }: JobSettings): TextWishes => ({
  words,
  languages,
  task,
  prompt,
});
