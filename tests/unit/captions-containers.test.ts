import { readFile, readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { BufferTarget, MkvOutputFormat, Mp4OutputFormat, Output, TextSubtitleSource } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { fileBytes } from '../../src/media/bytes/byte-source';
import type { CaptionTrack, FoundCaptions } from '../../src/media/captions/cue';
import { findCaptions } from '../../src/media/captions/find-captions';

const folder = new URL('../fixtures/media/', import.meta.url);
const never = new AbortController().signal;
const find = (bytes: BlobPart): Promise<FoundCaptions> =>
  findCaptions(fileBytes(new Blob([bytes]), 'x'), [], never);
const fixture = async (name: string) => new Uint8Array(await readFile(new URL(name, folder)));

/** Some muxers move everything by the priming of the sound. */
const PRIMING_SECONDS = 0.07;

function expectCues({ cues }: CaptionTrack, wanted: readonly [number, number, string][]): void {
  expect(cues.map(({ text }) => text)).toEqual(wanted.map(([, , text]) => text));
  for (const [index, [start, end]] of wanted.entries()) {
    expect(Math.abs(cues[index]!.startSeconds - start)).toBeLessThan(PRIMING_SECONDS);
    expect(Math.abs(cues[index]!.endSeconds - end)).toBeLessThan(PRIMING_SECONDS);
  }
}

const ENGLISH: [number, number, string][] = [
  [0.3, 2.3, 'And so, my fellow Americans,'],
  [3.3, 4.4, 'ask not'],
  [5.3, 7.6, 'what your country\ncan do for you,'],
  [8.1, 10.5, 'ask what you can do for your country.'],
];
const GERMAN: [number, number, string][] = [
  [0.3, 2.3, 'Und so, meine amerikanischen Mitbürger,'],
  [3.3, 7.6, 'fragt nicht, was euer Land für euch tun kann,'],
];

describe('text tracks of containers', () => {
  it.each([
    ['captions.mp4', '3GPP timed text', '3GPP timed text'],
    ['captions-fragmented.mp4', '3GPP timed text', '3GPP timed text'],
    ['captions.mkv', 'SubRip', 'SubStation Alpha'],
    ['captions-live.mkv', 'SubRip', 'SubRip'],
    ['captions.webm', 'WebVTT', 'WebVTT'],
  ])('%s gives both tracks with their languages', async (name, ...formats) => {
    const { tracks, soundLanguage, durationSeconds } = await find(await fixture(name));
    expect(tracks.map(({ format }) => format)).toEqual(formats);
    expect(tracks.map(({ language }) => language)).toEqual(['en', 'de']);
    expectCues(tracks[0]!, ENGLISH);
    expectCues(tracks[1]!, GERMAN);
    expect(tracks.every(({ place, cut }) => place === 'inside' && !cut)).toBe(true);
    expect(soundLanguage).toBe('en');
    if (durationSeconds !== null) expect(durationSeconds).toBeCloseTo(11, 0);
  });

  const vtt =
    'WEBVTT\n\n00:01.000 --> 00:02.500\n<v Ann>Hello &amp; welcome</v>\n\n00:03.000 --> 00:04.000\ntwo <i>words</i>\n';
  it.each([
    ['MP4', () => new Mp4OutputFormat()],
    ['fragmented MP4', () => new Mp4OutputFormat({ fastStart: 'fragmented' })],
    ['Matroska', () => new MkvOutputFormat()],
  ])('WebVTT in %s keeps who speaks', async (_, format) => {
    const target = new BufferTarget();
    const output = new Output({ format: format(), target });
    const source = new TextSubtitleSource('webvtt');
    output.addSubtitleTrack(source, { languageCode: 'nld' });
    await output.start();
    await source.add(vtt);
    await output.finalize();
    const { tracks } = await find(target.buffer!);
    expect(tracks).toHaveLength(1);
    expect(tracks[0]).toMatchObject({ format: 'WebVTT', language: 'nl' });
    expect(tracks[0]!.cues).toMatchObject([
      { startSeconds: 1, endSeconds: 2.5, text: 'Hello & welcome', speaker: 'Ann' },
      { startSeconds: 3, endSeconds: 4, text: 'two words', speaker: null },
    ]);
  });

  it('files without captions have none', async () => {
    const names = (await readdir(folder)).filter((name) => !name.startsWith('captions'));
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) expect((await find(await fixture(name))).tracks, name).toEqual([]);
  });
});

/** What is read of a file, and how often: neither may grow beyond what the file is. */
describe('hostile files', () => {
  it.each(['captions.mp4', 'captions-fragmented.mp4', 'captions.mkv', 'captions-live.mkv', 'captions.webm'])(
    '%s with bytes changed, cut off or repeated ends soon and throws nothing',
    async (name) => {
      const whole = await fixture(name);
      const change = fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) });
      await fc.assert(
        fc.asyncProperty(
          fc.array(change, { maxLength: 20 }),
          fc.integer({ min: 1, max: whole.length }),
          async (changes, length) => {
            const bytes = whole.slice(0, length);
            for (const { at, value } of changes) if (at < length) bytes[at] = value;
            const { tracks } = await find(bytes);
            for (const { cues } of tracks) {
              for (const cue of cues) expect(cue.endSeconds).toBeGreaterThan(cue.startSeconds);
            }
          },
        ),
        { numRuns: 150 },
      );
    },
  );

  /** The index tables lie near either end: change those above all. */
  it.each(['captions.mp4', 'captions.mkv'])('%s with its tables changed', async (name) => {
    const whole = await fixture(name);
    const places = [...Array(4096).keys()].map((at) =>
      at % 2 === 0 ? at >> 1 : whole.length - 1 - (at >> 1),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ place: fc.nat(4095), value: fc.constantFrom(0, 1, 0x7f, 0xff) }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (changes) => {
          const bytes = whole.slice();
          for (const { place, value } of changes) bytes[places[place]!] = value;
          expect((await find(bytes)).tracks.length).toBeLessThanOrEqual(32);
        },
      ),
      { numRuns: 300 },
    );
  });
});
