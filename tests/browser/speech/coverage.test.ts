/** From sound to text without the page: what is silence stays silent, and all that is said is in the text or a gap. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { totalSeconds, withoutRanges, type TimeRange } from '../../../src/lib/time-ranges';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import type { BatchResult } from '../../../src/protocol/speech';
import { readChunks } from '../../../src/signal/read-chunks';
import { openVoiceActivity } from '../../../src/signal/voice-activity';
import { openSpeechModel, type SpeechModel } from '../../../src/speech/model';
import { createRecognizer } from '../../../src/speech/recognizer';
import { NO_SPEECH, noSpeech, type NoSpeech } from '../../fixtures/no-speech';
import { readWav, wavOf } from '../../fixtures/wav';
import { openFileAudio } from '../decoded';
import { jfk } from '../fixture-files';

const { signal } = new AbortController();
let model: SpeechModel;
let clip: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  const files = createHttpModelFiles('/models/embedded/');
  model = await openSpeechModel(files, { backend: 'wasm', threads: 2, patches: graphPatches, signal });
  clip = readWav(new Uint8Array(await (await jfk()).arrayBuffer()));
});
afterAll(() => model[Symbol.asyncDispose]());

async function transcribe(pieces: readonly Float32Array[]): Promise<BatchResult[]> {
  const samples = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  const audio = await openFileAudio(new File([wavOf(samples)], 'made.wav'));
  const chunks = readChunks(audio, await openVoiceActivity());
  const recognizer = createRecognizer({ model, chunks, language: 'en', signal });
  const budget = { batch: 2, chunkSeconds: 30, prefetch: false, context: 'full' } as const;
  const results: BatchResult[] = [];
  try {
    do results.push(await recognizer.next(budget));
    while (!results.at(-1)!.ended);
  } finally {
    await recognizer.close();
  }
  return results;
}

/** Longest stretch of speech that neither text nor a gap covers. */
function longestUncovered(results: readonly BatchResult[]): number {
  const covered = results
    .flatMap(({ segments, gaps }): TimeRange[] => [...segments, ...gaps])
    .sort((a, b) => a.startSeconds - b.startSeconds);
  const left = results.flatMap(({ speech }) => speech.flatMap((range) => withoutRanges(range, covered)));
  return Math.max(0, ...left.map((range) => totalSeconds([range])));
}

test('silence, noise, tones and music are never given to the model, and give not one word', async () => {
  const kinds = Object.keys(NO_SPEECH) as NoSpeech[];
  const results = await transcribe(kinds.map((kind) => noSpeech(kind, 6)));
  expect(results.flatMap(({ segments }) => segments)).toEqual([]);
  expect(results.reduce((sum, { chunks }) => sum + chunks, 0)).toBe(0);
  expect(results.at(-1)!.checkpoint.seconds).toBeCloseTo(6 * kinds.length, 1);
});

test('speech, a minute of silence, speech: all of it is covered, at its time', async () => {
  const results = await transcribe([clip, noSpeech('silence', 60), clip]);
  const segments = results.flatMap((result) => result.segments);
  const speech = results.flatMap((result) => result.speech);
  expect(longestUncovered(results)).toBeLessThan(1);

  // In the clip somebody speaks from 0.3 to 10.6 s; a second time 71 s later.
  const first = segments.filter(({ startSeconds }) => startSeconds < 41);
  const second = segments.filter(({ startSeconds }) => startSeconds >= 41);
  const near = (found: number | undefined, seconds: number) =>
    expect(Math.abs(found! - seconds)).toBeLessThan(0.3);
  near(first[0]?.startSeconds, 0.3);
  near(first.at(-1)?.endSeconds, 10.6);
  near(second[0]?.startSeconds, 71.3);
  near(speech.find(({ startSeconds }) => startSeconds > 41)?.startSeconds, 71.3);
  near(speech.at(-1)?.endSeconds, 81.6);
  for (const { startSeconds, endSeconds } of [...segments, ...speech])
    expect(endSeconds < 11 || startSeconds > 71).toBe(true);
});
