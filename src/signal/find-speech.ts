/**
 * Tells speech from silence while a recording is read. In: 16 kHz audio in pieces, each following the last. Out: what
 * is certain so far. With voice activity switched off everything counts as speech.
 */
import { SAMPLE_RATE } from '../lib/units';
import type { VoiceMemory } from '../protocol/checkpoint';
import { DEFAULT_THRESHOLDS, type SpeechThresholds } from '../protocol/speech-thresholds';
import { SpeechRegions, type SampleRegion } from './speech-regions';
import { FRAME_SAMPLES, type VoiceActivity } from './voice-activity';

/** All positions are samples of the recording. */
export interface SpeechSoFar {
  /** Regions that have become certain since the last answer. */
  regions: SampleRegion[];
  /** Start of speech that goes on at `position`, or null. */
  openStart: number | null;
  /** Up to here this is all the speech there is, and nothing that follows will change that. */
  position: number;
}

export interface SpeechFinder {
  /** Begins at `startSample`, knowing nothing of what came before, or what an earlier run remembered there. */
  begin(startSample: number, memory?: VoiceMemory): void;
  /** What a later run needs to go on from here; null where nothing is. */
  memory(): VoiceMemory | null;
  hear(samples: Float32Array): Promise<SpeechSoFar>;
  /** The rest, where the audio ends at `endSample`. */
  finish(endSample: number): Promise<SpeechSoFar>;
  close(): Promise<void>;
}

export function findSpeech(
  voiceActivity: VoiceActivity | null,
  thresholds: SpeechThresholds = DEFAULT_THRESHOLDS,
): SpeechFinder {
  return voiceActivity ? new VoicedSpeech(voiceActivity, thresholds) : new EverythingSpeech();
}

const FRAMES = { frameSamples: FRAME_SAMPLES, sampleRate: SAMPLE_RATE };

class VoicedSpeech implements SpeechFinder {
  #regions: SpeechRegions;

  constructor(
    readonly voiceActivity: VoiceActivity,
    readonly thresholds: SpeechThresholds,
  ) {
    this.#regions = new SpeechRegions({ ...FRAMES, thresholds }, 0);
  }

  begin(startSample: number, memory?: VoiceMemory): void {
    this.voiceActivity.reset(memory);
    this.#regions = new SpeechRegions({ ...FRAMES, thresholds: this.thresholds }, startSample, memory);
  }

  memory(): VoiceMemory {
    return { sample: this.#regions.position, ...this.voiceActivity.memory(), ...this.#regions.open };
  }

  async hear(samples: Float32Array): Promise<SpeechSoFar> {
    const regions = this.#regions.push(await this.voiceActivity.push(samples));
    return { regions, ...this.#regions.certain };
  }

  async finish(endSample: number): Promise<SpeechSoFar> {
    const missing = (this.#regions.position + FRAME_SAMPLES - endSample) % FRAME_SAMPLES;
    const { regions } = await this.hear(new Float32Array(missing));
    const all = [...regions, ...this.#regions.finish()];
    const cut = all.map(({ start, end }) => ({ start, end: Math.min(end, endSample) }));
    return { regions: cut, openStart: null, position: endSample };
  }

  async close(): Promise<void> {
    await this.voiceActivity.close();
  }
}

class EverythingSpeech implements SpeechFinder {
  #start = 0;
  #position = 0;

  begin(startSample: number): void {
    this.#start = startSample;
    this.#position = startSample;
  }

  memory(): null {
    return null;
  }

  hear(samples: Float32Array): Promise<SpeechSoFar> {
    this.#position += samples.length;
    return Promise.resolve({ regions: [], openStart: this.#start, position: this.#position });
  }

  finish(endSample: number): Promise<SpeechSoFar> {
    const regions = endSample > this.#start ? [{ start: this.#start, end: endSample }] : [];
    return Promise.resolve({ regions, openStart: null, position: endSample });
  }

  async close(): Promise<void> {}
}
