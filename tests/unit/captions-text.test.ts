import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCaptions, readCaptionFile } from '../../src/media/captions/caption-file';
import { languageInName, languageTag } from '../../src/media/captions/language';
import { exportTranscript } from '../../src/transcript/export';

const read = (text: string) =>
  parseCaptions(text)?.cues.map((cue) => [cue.startSeconds, cue.endSeconds, cue.text]);
const file = (name: string, ...bytes: BlobPart[]) => readCaptionFile(new File(bytes, name));

describe('SubRip and WebVTT', () => {
  it('markup, positions and style blocks go, words stay', () => {
    const srt =
      '1\n00:00:01,000 --> 00:00:02,000 X1:10 Y1:20\n{\\an8}<font color="red">3 < 5</font> & <b>so\non</b>\n';
    expect(read(srt)).toEqual([[1, 2, '3 < 5 & so\non']]);
    const vtt =
      'WEBVTT - title\nX: y\n\nNOTE 00:09.000\nnot said\n\nSTYLE\n::cue { color: red }\n\nid\n01:00:01.500 --> 01:00:02.000 line:0\n<c.yellow>a &lt; b</c> <01:00:01.700>c\n';
    expect(read(vtt)).toEqual([[3601.5, 3602, 'a < b c']]);
  });
  it('numbers, blank lines and hours may be missing, lines may end in any way', () => {
    const times = '0:01,5 --> 0:02,5\r\nfirst\r\n7\r\n00:03.000-->00:04.000\rsecond\n';
    expect(read(times)).toEqual([
      [1.5, 2.5, 'first'],
      [3, 4, 'second'],
    ]);
  });
  it('a cue that ends before it starts lasts until the next one', () => {
    expect(read('00:02,000 --> 00:01,000\na\n\n00:04,000 --> 00:05,000\nb\n')).toEqual([
      [2, 4, 'a'],
      [4, 5, 'b'],
    ]);
  });
  it('voices are named, each with what it says', () => {
    const cues = parseCaptions(
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Mr. &amp; Mrs.>Hi</v>\n<v Bo>Ho',
    )!.cues;
    expect(cues.map(({ speaker, text }) => [speaker, text])).toEqual([
      ['Mr. & Mrs.', 'Hi'],
      ['Bo', 'Ho'],
    ]);
  });
  it('roll-up captions give every line once', () => {
    const lines = ['one', 'two', 'three', 'four', 'five'];
    const vtt = lines.map((line, index) => {
      const shown = [lines[index - 1], line].filter(Boolean).join('\n');
      return `00:0${index}.000 --> 00:0${index + 1}.000\n${shown}\n`;
    });
    expect(read(`WEBVTT\n\n${vtt.join('\n')}`)?.map(([, , text]) => text)).toEqual(lines);
  });
  it('people may say the same thing twice', () => {
    expect(read('00:01,000 --> 00:02,000\nNo.\n\n00:02,000 --> 00:03,000\nNo.\n')).toHaveLength(2);
  });
});

describe('other formats', () => {
  it('SubStation Alpha: names are kept, drawings and overrides are not', () => {
    const ass = `[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,{\\k20}Hel{\\k30}lo,\\Nyou{\\p1}m 0 0 l 1 1{\\p0}!
Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,not said\n`;
    expect(parseCaptions(ass)).toMatchObject({
      format: 'SubStation Alpha',
      cues: [{ startSeconds: 1, endSeconds: 2.5, text: 'Hello,\nyou!', speaker: 'Ann' }],
    });
  });
  it('lyrics: a line lasts until the next, repeated stamps repeat it, the offset moves it', () => {
    expect(read('[ti:Song]\n[offset:+500]\n[00:01.50][00:05.50]la <00:02.00>la\n[00:03.50]\n')).toEqual([
      [1, 3, 'la la'],
      [5, 15, 'la la'],
    ]);
  });
  it('TTML: times in clock, offset, frames and ticks; spans and breaks', () => {
    const ttml = `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="de" ttp:frameRate="25" ttp:tickRate="10">
<!-- <p begin="0s">no</p> --><body><div>
<p begin="00:00:01.500" end="2.5s">eins<br/>
 <span tts:color="red">zwei</span> &amp; drei</p>
<p begin="00:00:03:05" dur="20t">vier</p></div></body></tt>`;
    expect(read(ttml)).toEqual([
      [1.5, 2.5, 'eins\nzwei & drei'],
      [3.2, 5.2, 'vier'],
    ]);
    expect(parseCaptions(ttml)?.language).toBe('de');
  });
  it('what is in no such format is none', () => {
    expect(parseCaptions('Dear Sir,\n\n[1] see below --> there\n')).toBeNull();
    expect(parseCaptions('')).toBeNull();
  });
});

describe('files beside a recording', () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,000\nGrüße, café\n';
  const utf16 = (littleEndian: boolean) => {
    const view = new DataView(new ArrayBuffer(srt.length * 2));
    for (let index = 0; index < srt.length; index++)
      view.setUint16(index * 2, srt.charCodeAt(index), littleEndian);
    return view;
  };
  it.each<[string, BlobPart[]]>([
    ['UTF-8', [srt]],
    ['UTF-8 with a mark', ['\ufeff', srt]],
    ['UTF-16 with a mark', [new Uint8Array([0xff, 0xfe]), utf16(true)]],
    ['UTF-16, big end first', [new Uint8Array([0xfe, 0xff]), utf16(false)]],
    ['UTF-16 without a mark', [utf16(true)]],
    ['Windows-1252', [Uint8Array.from(srt, (letter) => letter.charCodeAt(0))]],
  ])('%s is read', async (_, bytes) => {
    expect((await file('talk.srt', ...bytes))?.cues[0]?.text).toBe('Grüße, café');
  });
  it('the language is in the name', () => {
    expect(languageInName('talk.en.srt')).toBe('en');
    expect(languageInName('talk.part one.pt-BR.forced.srt')).toBe('pt-BR');
    expect(languageInName('talk.ger.sdh.vtt')).toBe('de');
    expect(languageInName('talk.en.hi.srt')).toBe('en');
    expect(languageInName('talk.hi.srt')).toBe('hi');
    expect(languageInName('day.one.srt')).toBeNull();
    expect(languageInName('en.srt')).toBeNull();
    expect(languageTag('und')).toBeNull();
    expect(languageTag('x'.repeat(200))).toBeNull();
  });
});

const word = fc
  .stringMatching(/^[\p{L}\p{N}.,!?'"-]{1,8}$/u)
  .filter((text) => text.trim() === text && /\p{L}/u.test(text));
const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const segment = fc.record({
  gapMs: fc.integer({ min: 1, max: 5000 }),
  lengthMs: fc.integer({ min: 1, max: 8000 }),
  text: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
  markup: fc.constantFrom('', ' <b> & </v>', ' a<b', ' &amp;'),
});

describe('export then parse is identity', () => {
  it.each(['srt', 'vtt'] as const)('%s', (format) => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 12 }), (parts) => {
        let now = 0;
        const segments = parts.map(({ gapMs, lengthMs, text, markup }) => {
          const start = now + gapMs + 200; // farther apart than roll-up captions
          now = start + lengthMs;
          return {
            startSeconds: start / 1000,
            endSeconds: now / 1000,
            // SubRip has no way to write a tag that is none.
            text: format === 'vtt' ? text + markup : text,
            ...{ noSpeechProbability: 0, averageLogProbability: 0, chunkIndex: 0 },
          };
        });
        const transcript = { name: 'x', durationSeconds: now / 1000, language: null, segments, gaps: [] };
        expect(read(exportTranscript(transcript, format))).toEqual(
          segments.map(({ startSeconds, endSeconds, text }) => [startSeconds, endSeconds, text]),
        );
      }),
    );
  });
});

it('any text at all is read without failing, and in time', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'WEBVTT\n\n',
      '00:00:01,000 --> 00:00:02,000\n',
      '<v ',
      '<tt ',
      '<p begin="1s"',
      '>',
      '[00:01]',
      '{\\p1}',
    ),
    fc.constantFrom('Dialogue: ', '[Events]\n', 'Format: Start\n', '&#x110000;', '&#0;', '<', '"', '\n'),
    fc.constant('<c '.repeat(300)),
    fc.constant('{\\'.repeat(300)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      for (const { text, startSeconds, endSeconds } of parseCaptions(pieces.join(''))?.cues ?? []) {
        expect(text.trim()).not.toBe('');
        expect(endSeconds).toBeGreaterThan(startSeconds);
      }
    }),
  );
});

it.each(['\n', ' ', '<tt ', '<p begin="', '[', '{\\', '<v ', '1\n', '00:00:01,000 --> 00:00:02,000\na\n\n'])(
  'a megabyte of %j is soon through',
  (piece) => {
    const text = `00:00:01,000 --> 00:00:02,000\n${piece.repeat(1e6 / piece.length)}`;
    expect(parseCaptions(text)).not.toBeUndefined();
    expect(parseCaptions(`<tt>${text}`)).not.toBeUndefined();
  },
);
