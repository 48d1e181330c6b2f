import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chunker, FIRST_WORDS, type SampleChunk } from '../../src/signal/chunker';
import type { SampleRegion } from '../../src/signal/speech-regions';

/** One sample is 10 ms here. */
const sampleRate = 100;

interface Recording {
  speech: SampleRegion[];
  end: number;
}

interface Hearing {
  hurryFirst?: boolean;
  /** What is heard between two looks at it. */
  step?: number;
  /** A run that goes on: where it begins to hear, and where it begins to give. */
  from?: number;
  floor?: number;
}

/** Tells the chunker of a recording step by step, as it is heard, and takes every chunk as soon as it is given. */
function chunksOf(
  { speech: all, end }: Recording,
  longest: () => number,
  { hurryFirst = false, step: STEP = 20, from = 0, floor = 0 }: Hearing = {},
): SampleChunk[] {
  const cuts = (first: number, limit: number) => Math.floor((first + limit) / 2);
  const chunker = new Chunker({
    sampleRate,
    hurry: hurryFirst ? FIRST_WORDS : null,
    floor,
    chooseCut: cuts,
  });
  chunker.begin(from);
  const speech = all
    .filter((region) => region.end > from)
    .map((region) => ({ ...region, start: Math.max(region.start, from) }));
  const chunks: SampleChunk[] = [];
  const takeAll = () => {
    for (let chunk = chunker.take(longest()); chunk; chunk = chunker.take(longest())) {
      chunks.push(chunk);
      if (chunker.settled < chunk.end) throw new Error('a chunk is settled once given');
    }
  };
  let known = from;
  for (let position = from + STEP; position < end; position += STEP) {
    known = position;
    const regions = speech.filter((region) => region.end > position - STEP && region.end <= position);
    const open = speech.find((region) => region.start < position && region.end > position);
    const settled = chunker.settled;
    chunker.advance({ regions, openStart: open?.start ?? null, position });
    takeAll();
    if (chunker.settled < settled) throw new Error('what is settled stays so');
  }
  chunker.finish({ regions: speech.filter((region) => region.end > known), openStart: null, position: end });
  takeAll();
  return chunks;
}

/** Stretches of 0.3 to 60 s with pauses of 0.1 to 20 s. */
const recordings = fc
  .array(fc.tuple(fc.integer({ min: 10, max: 2000 }), fc.integer({ min: 30, max: 6000 })), { maxLength: 12 })
  .map((pairs): Recording => {
    let end = 0;
    const speech = pairs.map(([pause, length]) => {
      const start = end + pause;
      end = start + length;
      return { start, end };
    });
    return { speech, end: end + 50 };
  });
const limits = fc.array(fc.integer({ min: 100, max: 3000 }), { minLength: 1, maxLength: 5 });

function inTurn(values: number[]): () => number {
  let turn = 0;
  return () => values[turn++ % values.length]!;
}

const total = (regions: SampleRegion[]) => regions.reduce((sum, { start, end }) => sum + end - start, 0);

describe('chunks', () => {
  it('hold each voiced sample once, in order, and are never longer than asked', () => {
    fc.assert(
      fc.property(recordings, limits, fc.boolean(), (recording, lengths, hurry) => {
        const longest = Math.max(...lengths);
        const chunks = chunksOf(recording, inTurn(lengths), { hurryFirst: hurry });
        let last = 0;
        for (const { start, end, speech } of chunks) {
          expect(start >= last && end > start && end - start <= longest).toBe(true);
          expect(speech[0]!.start >= start && speech.at(-1)!.end <= end).toBe(true);
          last = end;
        }
        const given = chunks.flatMap(({ speech }) => speech);
        let heard = 0;
        for (const { start, end } of given) {
          const inside = recording.speech.some((region) => region.start <= start && region.end >= end);
          expect(start >= heard && end > start && inside).toBe(true);
          heard = end;
        }
        expect(total(given)).toBe(total(recording.speech));
      }),
      { numRuns: 150 },
    );
  });

  it('are the same however the recording is heard, and from the start of any of them on', () => {
    const steps = fc.integer({ min: 7, max: 400 });
    fc.assert(
      fc.property(recordings, fc.integer({ min: 500, max: 3000 }), steps, steps, fc.boolean(), (...given) => {
        const [recording, longest, step, otherStep, hurryFirst] = given;
        const chunks = chunksOf(recording, () => longest, { hurryFirst, step });
        expect(chunksOf(recording, () => longest, { hurryFirst, step: otherStep })).toEqual(chunks);
        for (const [index, { start, end }] of chunks.entries()) {
          for (const floor of index === 0 ? [end] : [start, end]) {
            const rest = chunks.slice(floor === end ? index + 1 : index);
            const hearing = { step: otherStep, floor, from: Math.max(0, floor - 160) };
            expect(chunksOf(recording, () => longest, hearing)).toEqual(rest);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep speech that fits together, with padding around it', () => {
    const speech = [
      { start: 150, end: 500 },
      { start: 560, end: 900 },
    ];
    const chunks = chunksOf({ speech, end: 1100 }, () => 3000);
    expect(chunks).toEqual([{ start: 50, end: 1000, speech }]);
  });

  it('are cut at the longest pause of their last seconds, so that windows are full', () => {
    const speech = [
      { start: 0, end: 400 },
      { start: 480, end: 1600 },
      { start: 1700, end: 2300 },
      { start: 2390, end: 2700 },
      { start: 2730, end: 3600 },
    ];
    const chunks = chunksOf({ speech, end: 3700 }, () => 3000);
    expect(chunks.map((chunk) => chunk.speech.length)).toEqual([3, 2]);
    expect(chunks[0]!.end).toBe(2345);
    expect(chunks[1]!.start).toBe(2345);
  });

  it('end where a long silence begins', () => {
    const speech = [
      { start: 0, end: 300 },
      { start: 700, end: 900 },
    ];
    expect(chunksOf({ speech, end: 1000 }, () => 3000)).toHaveLength(2);
  });

  it('are cut inside unbroken speech where told', () => {
    const chunks = chunksOf({ speech: [{ start: 0, end: 4000 }], end: 4000 }, () => 1000);
    expect(chunks[0]).toEqual({ start: 0, end: 750, speech: [{ start: 0, end: 750 }] });
    expect(chunks[1]!.start).toBe(750);
  });

  it('begin with a short one where words are wanted soon', () => {
    const speech = [
      { start: 0, end: 550 },
      { start: 600, end: 1200 },
      { start: 1300, end: 2000 },
    ];
    const hurried = chunksOf({ speech, end: 2100 }, () => 3000, { hurryFirst: true });
    expect(hurried.map((chunk) => chunk.speech.length)).toEqual([1, 2]);
    expect(chunksOf({ speech, end: 2100 }, () => 3000)).toHaveLength(1);
  });

  it('do not come from silence', () => {
    expect(chunksOf({ speech: [], end: 5000 }, () => 3000)).toEqual([]);
  });
});
