/** The media worker: a recording in, chunks out over a port. Wiring only. */
import * as Comlink from 'comlink';
import type { ByteSource } from '../src/media/bytes/byte-source';
import { openBytes } from '../src/media/bytes/open-bytes';
import { findCaptions } from '../src/media/captions/find-captions';
import { loadRnnoise } from '../src/lib/rnnoise';
import { WHOLE } from '../src/media/heard-part';
import { openAudio, type MonoAudio } from '../src/media/open-audio';
import { openLiveAudio } from '../src/media/record/live-audio';
import { serveChunks } from '../src/protocol/chunk-port';
import { openGrowingFile } from '../src/protocol/growing-file-port';
import type { AudioDescription, AudioOptions, MediaWorker } from '../src/protocol/media';
import { handle, serve } from '../src/protocol/serve';
import type { ChunkReader } from '../src/signal/chunk';
import { denoise } from '../src/signal/denoise';
import { joinLanes } from '../src/signal/join-lanes';
import { readChunks, readingStart } from '../src/signal/read-chunks';
import { skipRanges } from '../src/signal/skip-ranges';
import { readLive } from '../src/signal/read-live';
import { openVoiceActivity } from '../src/signal/voice-activity';

/** More channels than this are not people. */
const MOST_LANES = 8;

void serve<MediaWorker>({
  async findCaptions(source, signal) {
    const bytes = await openBytes(source, { signal });
    try {
      return await findCaptions(bytes, source.sidecars ?? [], signal);
    } finally {
      bytes.close();
    }
  },
  async openAudio(source, options, port, signal, onFetch) {
    const release = () => (onFetch as Comlink.Remote<unknown> | undefined)?.[Comlink.releaseProxy]();
    const bytes = await openBytes(source, { signal, ...(onFetch ? { onProgress: onFetch } : {}) });
    try {
      const { chunks, audio } = await openParts(bytes, options, signal);
      const close = () => {
        chunks.close();
        bytes.close();
      };
      signal.addEventListener('abort', close, { once: true });
      serveChunks(port, chunks);
      return handle({
        describe: () => describe(audio),
        close: () => {
          close();
          port.close();
          release();
          return Promise.resolve();
        },
      });
    } catch (error) {
      bytes.close();
      release();
      throw error;
    }
  },
  async openLive(file, input, from, port, signal) {
    const audio = openLiveAudio(openGrowingFile(file), input, from.seconds);
    try {
      const chunks = readLive(audio, await openVoiceActivity(), from.chunks);
      signal.addEventListener('abort', () => chunks.close(), { once: true });
      serveChunks(port, chunks);
      return handle({
        describe: () => describe(audio),
        close: () => {
          chunks.close();
          port.close();
          return Promise.resolve();
        },
      });
    } catch (error) {
      audio.close();
      throw error;
    }
  },
});

/** One reader for the whole recording, or one for each channel, joined. */
async function openParts(
  bytes: ByteSource,
  { from, voiceActivity, thresholds, denoise: use = 'off', heard = WHOLE, except = [] }: AudioOptions,
  signal: AbortSignal,
): Promise<{ chunks: ChunkReader; audio: MonoAudio }> {
  const { track, startSeconds, endSeconds } = heard;
  const opened: { chunks: ChunkReader; audio: MonoAudio; fromSeconds: number }[] = [];
  const open = async (channel: number | null, placeSeconds: number) => {
    // Which lane the memory is of is not known, and a lane that goes on without one loses nothing but a pause's place.
    const goesOn = { seconds: placeSeconds, chunks: from.chunks, voice: from.lanes ? null : from.voice };
    const fromSeconds = readingStart(goesOn, startSeconds, { denoised: use !== 'off' });
    const mustReach = from.chunks === 0 && placeSeconds === startSeconds;
    const part = { track, channel, fromSeconds, endSeconds, mustReach };
    const wanted = skipRanges(await openAudio(bytes, part), except);
    const audio = use === 'off' ? wanted : denoise(wanted, await loadRnnoise(), { use, startSeconds });
    const speech = voiceActivity ? await openVoiceActivity() : null;
    opened.push({ chunks: readChunks(audio, speech, goesOn, thresholds), audio, fromSeconds: placeSeconds });
    signal.throwIfAborted();
  };
  const place = (lane: number) => Math.max(startSeconds, from.lanes?.[lane] ?? from.seconds);
  try {
    const split = heard.channels === 'split';
    await open(split ? 0 : null, place(0));
    const { audio, chunks } = opened[0]!;
    if (!split || audio.channels === 1) return { audio, chunks };
    for (let lane = 1; lane < Math.min(audio.channels, MOST_LANES); lane++) await open(lane, place(lane));
    const lanes = opened.map(({ chunks: reader, fromSeconds }, lane) => ({
      speaker: `Channel ${lane + 1}`,
      reader,
      fromSeconds,
    }));
    return { audio, chunks: joinLanes(lanes, from.chunks) };
  } catch (error) {
    for (const { chunks } of opened) chunks.close();
    throw error;
  }
}

const describe = (audio: MonoAudio): AudioDescription => {
  const { durationSeconds, format, sampleRate, channels, tracks, trackIndex } = audio;
  return { durationSeconds, format, sampleRate, channels, tracks, trackIndex };
};
