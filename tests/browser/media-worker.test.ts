import * as Comlink from 'comlink';
import { expect, it } from 'vitest';
import { openChunks } from '../../src/protocol/chunk-port';
import { BEGINNING } from '../../src/protocol/checkpoint';
import { connect, type Connection } from '../../src/protocol/connect';
import type { MediaWorker } from '../../src/protocol/media';
import { jfk, mediaFixture } from './fixture-files';

const options = { from: BEGINNING, voiceActivity: true };

const start = (): Promise<Connection<MediaWorker>> =>
  connect<MediaWorker>(
    new Worker(new URL('../../workers/media.ts', import.meta.url), { type: 'module' }),
    'media',
  );

function openPort(signal: AbortSignal) {
  const { port1, port2 } = new MessageChannel();
  return { chunks: openChunks(port1, signal), port: Comlink.transfer(port2, [port2]) };
}

it('the worker reads a file and serves its chunks over a port, job after job', async () => {
  const media = await start();
  const { signal } = new AbortController();
  try {
    for (const file of [await jfk(), await mediaFixture('video.mp4')]) {
      const { chunks, port } = openPort(signal);
      const audio = await media.remote.openAudio({ kind: 'file', file }, options, port, signal);
      const { durationSeconds } = await audio.describe();
      const batch = await chunks.next({ count: 4, maxSeconds: 30 });
      expect(batch.chunks).toHaveLength(1);
      expect(batch.chunks[0]!.samples.length).toBeGreaterThan(4 * 16_000);
      expect(batch.ended).toBe(true);
      expect(Math.abs(batch.readSeconds - durationSeconds!)).toBeLessThan(0.05);
      chunks.close();
      await audio.close();
    }
  } finally {
    media.close();
  }
});

it('a refusal keeps its code on the way to the page, and the worker goes on', async () => {
  const media = await start();
  const { signal } = new AbortController();
  try {
    const refused = media.remote.openAudio(
      { kind: 'file', file: await mediaFixture('no-sound.mp4') },
      options,
      openPort(signal).port,
      signal,
    );
    await expect(refused).rejects.toMatchObject({ code: 'media/no-audio-track', values: { videoTracks: 1 } });
    const { chunks, port } = openPort(signal);
    await media.remote.openAudio({ kind: 'file', file: await jfk() }, options, port, signal);
    expect((await chunks.next({ count: 1, maxSeconds: 30 })).chunks).toHaveLength(1);
  } finally {
    media.close();
  }
});

it('an abort ends the reading', async () => {
  const media = await start();
  const controller = new AbortController();
  try {
    const { chunks, port } = openPort(controller.signal);
    await media.remote.openAudio({ kind: 'file', file: await jfk() }, options, port, controller.signal);
    const pending = chunks.next({ count: 1, maxSeconds: 30 });
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  } finally {
    media.close();
  }
});
