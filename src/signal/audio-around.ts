/** A recording that is another one changed on its way: what is known of it is told on, the sound is the subclass's. */
import type { AudioStretch, MonoAudio } from '../media/open-audio';

export abstract class AudioAround implements MonoAudio {
  constructor(readonly audio: MonoAudio) {}

  get fromSeconds(): number {
    return this.audio.fromSeconds;
  }
  get durationSeconds(): number | null {
    return this.audio.durationSeconds;
  }
  get format(): string {
    return this.audio.format;
  }
  get sampleRate(): number {
    return this.audio.sampleRate;
  }
  get channels(): number {
    return this.audio.channels;
  }
  get tracks(): MonoAudio['tracks'] {
    return this.audio.tracks;
  }
  get trackIndex(): number {
    return this.audio.trackIndex;
  }
  get decodedSeconds(): number {
    return this.audio.decodedSeconds;
  }
  get stageSeconds(): MonoAudio['stageSeconds'] {
    return this.audio.stageSeconds;
  }

  abstract next(): Promise<AudioStretch | null>;

  takeGaps(): ReturnType<MonoAudio['takeGaps']> {
    return this.audio.takeGaps();
  }

  close(): void {
    this.audio.close();
  }
}
