import { describe, expect, test } from 'vitest';
import { speakerErrors } from '../../src/evaluation/speaker-errors';
import { labelVoices, stitch } from '../../src/speakers/label';
import { splitSpeaker } from '../../src/speakers/split-speaker';
import { cut, growTree, MOST_LEAVES } from '../../src/speakers/voice-tree';
import { unit, type SpeakerTurn, type Voices } from '../../src/speakers/voices';
import { VoiceStore } from '../../src/speakers/voice-store';
import { inventTurns, inventVoices, type SpokenTurn } from '../fixtures/voices';

const AUTO = { count: null, distance: 0.65 };

const errorRate = (spoken: readonly SpokenTurn[], found: readonly SpeakerTurn[]) =>
  speakerErrors(
    spoken.map(({ person, ...turn }) => ({ ...turn, speaker: String(person) })),
    found.map(({ speaker, ...turn }) => ({ ...turn, speaker: String(speaker) })),
    { collarSeconds: 0.25 },
  ).rate!;

const speakersIn = (turns: readonly SpeakerTurn[]) => new Set(turns.map(({ speaker }) => speaker)).size;

describe('labels of invented people', () => {
  test.each([1, 2, 3, 5])('%i people are counted and told apart', (people) => {
    const spoken = inventTurns(people, 300, people);
    const found = labelVoices(inventVoices(spoken), AUTO);
    expect(speakersIn(found)).toBe(people);
    expect(errorRate(spoken, found)).toBeLessThan(0.02);
    // Numbered by first words.
    expect(found[0]?.speaker).toBe(0);
  });

  test('a given number is what comes out', () => {
    const voices = inventVoices(inventTurns(3, 300));
    for (const count of [1, 2, 3])
      expect(speakersIn(labelVoices(voices, { count, distance: 0 }))).toBe(count);
  });

  test('an odd window founds no speaker, whatever number is asked for', () => {
    const spoken = [
      ...inventTurns(2, 200),
      { person: 2, startSeconds: 300, endSeconds: 302 },
      { person: 3, startSeconds: 310, endSeconds: 312 },
    ];
    const voices = inventVoices(spoken);
    expect(speakersIn(labelVoices(voices, AUTO))).toBe(2);
    expect(
      errorRate(
        spoken.slice(0, -2),
        labelVoices(voices, { count: 2, distance: 0 }).filter((t) => t.startSeconds < 299),
      ),
    ).toBeLessThan(0.02);
  });

  test('three hours take the first stage, and stay right', () => {
    const spoken = inventTurns(4, 10_800);
    const voices = inventVoices(spoken);
    expect(voices.tree.merges.length).toBeLessThan(MOST_LEAVES);
    expect(voices.tree.leaves.length).toBeGreaterThan(10_000);
    expect(errorRate(spoken, labelVoices(voices, { count: 4, distance: 0 }))).toBeLessThan(0.02);
  });

  test('nothing heard gives no turns, one short voice gives one speaker', () => {
    expect(labelVoices(new VoiceStore('simple', 8, 1).voices(), AUTO)).toEqual([]);
    const store = new VoiceStore('simple', 8, 1);
    store.addSpeech([{ startSeconds: 1, endSeconds: 1.4 }]);
    store.addVoice(new Float32Array(8).fill(1), [{ startSeconds: 0.8, endSeconds: 1.6 }]);
    const turns = labelVoices(store.voices(), AUTO);
    expect(turns).toEqual([{ startSeconds: 1, endSeconds: expect.closeTo(1.4, 6) as number, speaker: 0 }]);
  });

  test('one speaker who is two becomes two', () => {
    const spoken = inventTurns(2, 200);
    const voices = inventVoices(spoken);
    const both = labelVoices(voices, { count: 1, distance: 0 });
    const parts = splitSpeaker(voices, both);
    expect(errorRate(spoken, parts)).toBeLessThan(0.02);
  });
});

describe('the tree', () => {
  test('its cuts are one in the other, from all apart to all together', () => {
    const points = Array.from({ length: 40 }, (_, i) =>
      unit(Float32Array.from([Math.cos(i), Math.sin(i), 1])),
    );
    const { merges } = growTree(
      points,
      points.map(() => 1),
    );
    for (let done = 0; done <= merges.length; done++)
      expect(new Set(cut(merges, points.length, done)).size).toBe(points.length - done);
    expect(merges.every(({ distance }, i) => i === 0 || merges[i - 1]!.distance <= distance + 1e-12)).toBe(
      true,
    );
  });
});

describe('full: windows are stitched by their embeddings', () => {
  /** Two people who speak at once in a window: their voices are two, and neither may be the other. */
  function together(embeddings: number[][]): Voices {
    const store = new VoiceStore('full', 2, 0.5);
    for (let window = 0; window < 4; window++)
      embeddings.forEach((embedding, i) =>
        store.addVoice(
          Float32Array.from(embedding),
          [{ startSeconds: window * 5 + i, endSeconds: window * 5 + 4 + i }],
          window,
        ),
      );
    return store.voices();
  }

  test('turns overlap where people do', () => {
    const turns = labelVoices(together([[1, 0], [0, 1]]), { count: 2, distance: 0 }); // prettier-ignore
    expect(turns.slice(0, 2)).toEqual([
      { startSeconds: 0, endSeconds: 4, speaker: 0 },
      { startSeconds: 1, endSeconds: 5, speaker: 1 },
    ]);
  });

  test('voices of one window are given to different speakers, the surest first', () => {
    const voices = together([[1, 0.1], [1, 0.4]]); // prettier-ignore
    const speakers = [unit(Float32Array.from([1, 0])), unit(Float32Array.from([0, 1]))];
    expect([...stitch(voices, speakers)].slice(0, 2)).toEqual([0, 1]);
    expect([...stitch(voices, speakers.slice(0, 1))].slice(0, 2)).toEqual([0, 0]);
  });
});
