/**
 * The workers that tell speakers apart: one reads the recording, one hears voices. A set of its own, so that whatever
 * happens to them touches no job that is being written. Started when first needed, ended when the work is done.
 */
import type { Connection } from '../../protocol/connect';
import type { MediaWorker } from '../../protocol/media';
import type { SpeakersWorker } from '../../protocol/speakers';
import { createShared } from '../worker-pair';

export interface SpeakerSpawn {
  media(): Promise<Connection<MediaWorker>>;
  speakers(): Promise<Connection<SpeakersWorker>>;
}

export interface SpeakerCrew {
  media(): Promise<Connection<MediaWorker>>;
  speakers(): Promise<Connection<SpeakersWorker>>;
  /** Ends both at once, whatever they do; the next call starts fresh ones. */
  end(): void;
}

export function createSpeakerCrew(spawn: SpeakerSpawn): SpeakerCrew {
  const media = createShared(spawn.media);
  const speakers = createShared(spawn.speakers);
  return {
    media: media.get,
    speakers: speakers.get,
    end() {
      media.end();
      speakers.end();
    },
  };
}
