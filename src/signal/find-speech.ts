/**
 * Tells speech from silence while a recording is read. In: 16 kHz audio in pieces, each following the last. Out: what
 * is certain so far. With voice activity switched off everything counts as speech.
 */
import { SAMPLE_RATE } from '../lib/units';
import { SpeechRegions, type SampleRegion } from './speech-regions';
import { FRAME_SAMPLES, type VoiceActivity } from './voice-activity';

/** All positions are samples of the recording. */
export interface SpeechSoFar {
  /** Regions that have become certain since the last answer. */
  regions: SampleRegion[];
  /** Start of speech that goes on, or null. */
  openStart: number | null;
  /** Up to here this is all the speech there is. */
  position: number;
}

export interface SpeechFinder {
  /** Begins at `startSample`, knowing nothing of what came before. */
  begin(startSample: number): void;
  hear(samples: Float32Array): Promise<SpeechSoFar>;
  /** The rest, where the audio ends at `endSample`. */
  finish(endSample: number): Promise<SpeechSoFar>;
  close(): Promise<void>;
}

export function findSpeech(voiceActivity: VoiceActivity | null): SpeechFinder {
  return voiceActivity ? new VoicedSpeech(voiceActivity) : new EverythingSpeech();
}

class VoicedSpeech implements SpeechFinder {
  #regions = new SpeechRegions({ frameSamples: FRAME_SAMPLES, sampleRate: SAMPLE_RATE }, 0);

  constructor(readonly voiceActivity: VoiceActivity) {}

  begin(startSample: number): void {
    this.voiceActivity.reset();
    this.#regions = new SpeechRegions({ frameSamples: FRAME_SAMPLES, sampleRate: SAMPLE_RATE }, startSample);
  }

  async hear(samples: Float32Array): Promise<SpeechSoFar> {
    const regions = this.#regions.push(await this.voiceActivity.push(samples));
    return { regions, openStart: this.#regions.openStart, position: this.#regions.position };
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
