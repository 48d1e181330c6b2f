/** Recordings behind addresses: one session of the model server for each test, which fails as it is told to. */
import { inject } from 'vitest';
import { openBytes } from '../../src/media/bytes/open-bytes';
import type { FetchProgress } from '../../src/media/bytes/remote';
import { EVERYTHING, openAudio, type Listening } from '../../src/media/open-audio';
import type { Fault, LoggedRequest } from '../../tools/model-server/fault';
import { decodeAudio, type Decoded } from './decoded';

export interface RemoteFolder {
  url(path: string): string;
  order(faults: readonly Fault[]): Promise<void>;
  log(): Promise<LoggedRequest[]>;
}

export function remoteFolder(): RemoteFolder {
  const session = `${inject('modelServerUrl')}/s/${crypto.randomUUID()}`;
  return {
    url: (path) => `${session}/longhand/media/resolve/main/${path}`,
    async order(faults) {
      await fetch(`${session}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
    },
    log: async () => (await (await fetch(`${session}/log`)).json()) as LoggedRequest[],
  };
}

export async function decodeUrl(
  url: string,
  listening: Partial<Listening> = {},
  onProgress?: (progress: FetchProgress) => void,
): Promise<Decoded & { tracks: number; fromSeconds: number }> {
  const { signal } = new AbortController();
  const options = { signal, firstWaitSeconds: 0.01, stallSeconds: 2 };
  const bytes = await openBytes({ kind: 'url', url }, onProgress ? { ...options, onProgress } : options);
  try {
    const audio = await openAudio(bytes, { ...EVERYTHING, ...listening });
    const { tracks, fromSeconds } = audio;
    return { ...(await decodeAudio(audio)), tracks: tracks.length, fromSeconds };
  } finally {
    bytes.close();
  }
}
