/**
 * A caption file beside the recording. In: a file. Out: its captions, or null where it holds none.
 * What it is is told by its content; only `.lrc`, and SubRip without any numbers, need no more than their times.
 */
import type { CaptionFormat, CaptionTrack } from './cue';
import { readCueBlocks } from './cue-blocks';
import { CueList } from './cue-list';
import { languageInName } from './language';
import { MOST_FILE_BYTES } from './limits';
import { readLyrics } from './lyrics';
import { readSubStation } from './sub-station';
import { decodeText } from './text-encoding';
import { readTimedText } from './timed-text';

export async function readCaptionFile(file: File): Promise<CaptionTrack | null> {
  const bytes = new Uint8Array(await file.slice(0, MOST_FILE_BYTES).arrayBuffer());
  const parsed = parseCaptions(decodeText(bytes));
  if (!parsed || parsed.cues.length === 0) return null;
  return {
    place: 'beside',
    title: file.name,
    language: languageInName(file.name) ?? parsed.language,
    format: parsed.format,
    preferred: false,
    forced: /\bforced\b/i.test(file.name),
    cues: parsed.cues,
    cut: parsed.full || file.size > MOST_FILE_BYTES,
  };
}

/** Null where the text is in no caption format. */
export function parseCaptions(text: string) {
  const format = captionFormat(text);
  if (!format) return null;
  const list = new CueList();
  READERS[format](text, list);
  const language = /<(?:[\w-]+:)?tt\s[^<>]{0,4000}?xml:lang\s*=\s*["']([\w-]{2,20})["']/.exec(text)?.[1];
  return { format, language: language ?? null, cues: list.finish(), full: list.full };
}

type FileFormat = Exclude<CaptionFormat, '3GPP timed text'>;

const READERS: Record<FileFormat, (text: string, cues: CueList) => void> = {
  SubRip: (text, cues) => readCueBlocks(text, 'SubRip', cues),
  WebVTT: (text, cues) => readCueBlocks(text, 'WebVTT', cues),
  'SubStation Alpha': readSubStation,
  LRC: readLyrics,
  TTML: readTimedText,
};

/** No pattern may begin with space of any length over lines: a file of nothing but line ends must not take for ever. */
function captionFormat(text: string): FileFormat | null {
  if (/^\ufeff?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 'WebVTT';
  if (/^[ \t]*Dialogue[ \t]*:/im.test(text)) return 'SubStation Alpha';
  if (/<(?:[\w-]+:)?tt[\s>]/.test(text)) return 'TTML';
  if (/^[ \t]*[\d:.,]+[ \t]*-->[ \t]*[\d:.,]+/m.test(text)) return 'SubRip';
  return /^[ \t]*\[\d+:\d+(?:[.:]\d+)?\]/m.test(text) ? 'LRC' : null;
}
