import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideCaptions, type CaptionDecision, type CaptionPlan } from '../../src/jobs/caption-choice';
import { captionsAlone, withCaptions } from '../../src/jobs/caption-text';
import { pairSidecars } from '../../src/jobs/sidecars';
import { joinRanges, totalSeconds, withoutRanges } from '../../src/lib/time-ranges';
import { SAMPLE_RATE } from '../../src/lib/units';
import type { CaptionTrack } from '../../src/media/captions/cue';
import type { MonoAudio } from '../../src/media/open-audio';
import { BEGINNING } from '../../src/protocol/checkpoint';
import type { BatchResult } from '../../src/protocol/speech';
import { skipRanges } from '../../src/signal/skip-ranges';

const cue = (startSeconds: number, endSeconds: number, text = 'said') => ({
  startSeconds,
  endSeconds,
  text,
  speaker: null,
});
const track = (fields: Partial<CaptionTrack>): CaptionTrack => ({
  place: 'inside',
  title: '',
  language: null,
  format: 'SubRip',
  preferred: false,
  forced: false,
  cues: [cue(0, 90)],
  cut: false,
  ...fields,
});
const found = (tracks: CaptionTrack[], soundLanguage: string | null = null) => ({
  tracks,
  soundLanguage,
  durationSeconds: 100,
});
const any = { use: 'auto', track: null, language: null } as const;
const chosen = (decision: CaptionDecision) =>
  decision.kind === 'use' ? decision.plan.offer.index : decision.kind;

describe('which captions are used', () => {
  it('the language asked for, else the one spoken; what is complete before what is forced', () => {
    const tracks = [
      track({ language: 'de', preferred: true }),
      track({ language: 'en', forced: true }),
      track({ language: 'en-US' }),
    ];
    expect(chosen(decideCaptions(found(tracks, 'en'), any))).toBe(2);
    expect(chosen(decideCaptions(found(tracks), any))).toBe(0);
    expect(chosen(decideCaptions(found(tracks, 'en'), { ...any, language: 'de' }))).toBe(0);
  });
  it('a translation is not taken unasked', () => {
    const german = found([track({ language: 'de' })], 'de');
    expect(chosen(decideCaptions(german, { ...any, language: 'en' }))).toBe('none');
    expect(chosen(decideCaptions(german, { ...any, language: 'en', use: 'only' }))).toBe(0);
    expect(chosen(decideCaptions(german, { ...any, language: 'en', use: 'ask' }))).toBe('ask');
  });
  it('the file beside the recording comes before the track inside it', () => {
    expect(chosen(decideCaptions(found([track({ preferred: true }), track({ place: 'beside' })]), any))).toBe(
      1,
    );
  });
  it('what covers little, or was not read to its end, is filled', () => {
    const fill = (fields: Partial<CaptionTrack>, use: 'auto' | 'only' = 'auto') => {
      const decision = decideCaptions(found([track(fields)]), { ...any, use });
      return decision.kind === 'use' && decision.plan.fill;
    };
    expect(fill({})).toBe(false);
    expect(fill({ cues: [cue(0, 50)] })).toBe(true);
    expect(fill({ cues: [cue(0, 50)] }, 'only')).toBe(false);
    expect(fill({ cut: true })).toBe(true);
    // Short pauses are no holes.
    expect(fill({ cues: [...Array(20).keys()].map((n) => cue(n * 5, n * 5 + 1)) })).toBe(false);
  });
});

describe('files beside recordings', () => {
  const pair = (...names: string[]) =>
    pairSidecars(names.map((name) => ({ name }))).map(({ file, sidecars }) => [
      file.name,
      ...sidecars.map(({ name }) => name),
    ]);
  it('captions go to the recording they are named like', () => {
    expect(pair('talk.en.srt', 'talk.mp4', 'talk.part2.mp4', 'Talk.Part2.vtt', 'talk.mp4.lrc')).toEqual([
      ['talk.mp4', 'talk.en.srt', 'talk.mp4.lrc'],
      ['talk.part2.mp4', 'Talk.Part2.vtt'],
    ]);
  });
  it('one recording has all of them, of several nobody guesses', () => {
    expect(pair('a.mp4', 'subs.srt')).toEqual([['a.mp4', 'subs.srt']]);
    expect(pair('a.mp4', 'b.mp4', 'subs.srt')).toEqual([['a.mp4'], ['b.mp4'], ['subs.srt']]);
    expect(pair('subs.srt')).toEqual([['subs.srt']]);
  });
});

const range = fc
  .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 100 }))
  .map(([start, length]) => ({ startSeconds: start / 4, endSeconds: (start + length) / 4 }));

it('stretches and what is left without them make up the whole', () => {
  fc.assert(
    fc.property(range, fc.array(range), (whole, others) => {
      const taken = joinRanges(others);
      for (const [index, { startSeconds }] of taken.entries())
        expect(startSeconds).toBeGreaterThan(taken[index - 1]?.endSeconds ?? -1);
      const left = withoutRanges(whole, taken);
      const inside = taken.map(({ startSeconds, endSeconds }) => ({
        startSeconds: Math.max(startSeconds, whole.startSeconds),
        endSeconds: Math.min(endSeconds, whole.endSeconds),
      }));
      const both = [...left, ...inside.filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds)];
      expect(joinRanges(both)).toEqual([whole]);
      expect(totalSeconds(both)).toBeCloseTo(whole.endSeconds - whole.startSeconds, 9);
    }),
  );
});

/** Samples that tell their own place, in blocks. */
function counting(seconds: number, blockSamples: number): MonoAudio {
  let at = 0;
  const end = seconds * SAMPLE_RATE;
  return {
    ...{
      fromSeconds: 0,
      durationSeconds: seconds,
      format: '',
      sampleRate: SAMPLE_RATE,
      channels: 1,
      tracks: [],
      trackIndex: 0,
    },
    get decodedSeconds() {
      return at / SAMPLE_RATE;
    },
    stageSeconds: { decode: 0, resample: 0 },
    next() {
      if (at >= end) return Promise.resolve(null);
      const startSample = at;
      at = Math.min(end, at + blockSamples);
      const samples = Float32Array.from({ length: at - startSample }, (_, index) => startSample + index);
      return Promise.resolve({ startSample, samples });
    },
    takeGaps: () => [{ startSeconds: 1, endSeconds: 9, reason: 'media/damaged' }],
    close: () => undefined,
  };
}

it('skipped audio is never given out, all other is, and the end stays the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 12 }))),
      fc.integer({ min: 1000, max: 50_000 }),
      async (stretches, blockSamples) => {
        const ranges = joinRanges(
          stretches.map(([start, length]) => ({ startSeconds: start / 4, endSeconds: (start + length) / 4 })),
        );
        const audio = skipRanges(counting(10, blockSamples), ranges);
        let given = 0;
        let position = 0;
        for (let stretch = await audio.next(); stretch; stretch = await audio.next()) {
          expect(stretch.startSample).toBeGreaterThanOrEqual(position);
          stretch.samples.forEach((sample, index) => {
            if (sample !== stretch.startSample + index) throw new Error(`sample ${sample} in a wrong place`);
          });
          given += stretch.samples.length;
          position = stretch.startSample + stretch.samples.length;
          const middle = (stretch.startSample + stretch.samples.length / 2) / SAMPLE_RATE;
          if (stretch.samples.length > 0)
            expect(ranges.some((each) => middle > each.startSeconds && middle < each.endSeconds)).toBe(false);
        }
        const left = withoutRanges({ startSeconds: 0, endSeconds: 10 }, ranges);
        expect(given).toBe(totalSeconds(left) * SAMPLE_RATE);
        expect(position).toBe(10 * SAMPLE_RATE);
        expect(totalSeconds(audio.takeGaps())).toBeCloseTo(
          totalSeconds(withoutRanges({ startSeconds: 1, endSeconds: 9 }, ranges)),
          9,
        );
      },
    ),
    { numRuns: 40 },
  );
});

describe('captions among recognized text', () => {
  const plan: CaptionPlan = {
    offer: {
      index: 0,
      place: 'beside',
      title: 'a.en.srt',
      language: 'en-GB',
      format: 'SubRip',
      cues: 3,
      coverage: 0.5,
      cut: false,
    },
    cues: [cue(1, 2, 'one'), cue(12, 13, 'two'), cue(30, 31, 'three')],
    ranges: [],
    fill: true,
  };
  const batch = (seconds: number, texts: [number, string][], ended = false): BatchResult => ({
    ...captionsAlone(plan, 0, BEGINNING),
    segments: texts.map(([startSeconds, text]) => ({
      startSeconds,
      endSeconds: startSeconds + 1,
      text,
      ...{ noSpeechProbability: 0, averageLogProbability: -1, chunkIndex: 0 },
    })),
    checkpoint: { ...BEGINNING, seconds },
    ended,
  });
  const texts = ({ segments }: BatchResult) => segments.map(({ text }) => text);
  const from = (seconds: number) => ({ ...BEGINNING, seconds });

  it('cues come with the batch that passes them, once, in order of time', () => {
    expect(texts(withCaptions(batch(10, [[4, 'heard']]), plan, from(0)))).toEqual(['one', 'heard']);
    expect(texts(withCaptions(batch(20, [[15, 'more']]), plan, from(10)))).toEqual(['two', 'more']);
    expect(texts(withCaptions(batch(25, [], true), plan, from(20)))).toEqual(['three']);
  });
  it('alone they are all of the text, as long as the recording, and say where they come from', () => {
    const result = captionsAlone(plan, 60, BEGINNING);
    expect(texts(result)).toEqual(['one', 'two', 'three']);
    expect(result).toMatchObject({ ended: true, language: 'en', gaps: [], checkpoint: { seconds: 60 } });
    expect(result.segments[0]!.origin).toEqual({ kind: 'captions', track: 'a.en.srt' });
  });
  it('what was not read of them is a gap', () => {
    const cut = { ...plan, offer: { ...plan.offer, cut: true } };
    expect(captionsAlone(cut, 60, BEGINNING).gaps).toEqual([
      { startSeconds: 31, endSeconds: 60, reason: 'captions/cut' },
    ]);
  });
});
