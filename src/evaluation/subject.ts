/**
 * A file to be evaluated. In: its name and text. Out: what it says, and who spoke when where it tells. RTTM by its
 * extension, JSON of our own export (`segments`, or `text` alone), captions by their content, else plain text.
 */
import { LonghandError } from '../lib/errors';
import { parseRttm } from '../transcript/rttm';
import type { Turn } from '../transcript/turns';
import type { TextPiece } from './words';

export interface Subject {
  /** Null where the file has no text. */
  pieces: TextPiece[] | null;
  /** Null where the file names no speakers. */
  turns: Turn[] | null;
}

/** A caption as whoever reads captions gives it. */
export interface TimedLine {
  startSeconds: number;
  endSeconds: number;
  text: string;
  speaker: string | null;
}

/** Null where a text is in no caption format. */
export type ParseCaptions = (text: string) => { cues: TimedLine[] } | null;

/** Throws `evaluation/bad-rttm` and `evaluation/bad-json`. */
export function parseSubject(name: string, text: string, parseCaptions: ParseCaptions): Subject {
  if (/\.rttm$/i.test(name)) return { pieces: null, turns: parseRttm(text) };
  if (/\.json$/i.test(name)) return parseJson(name, text);
  const lines = /\.(txt|text|md)$/i.test(name) ? null : parseCaptions(text);
  return lines ? fromLines(lines.cues) : { pieces: [{ text, startSeconds: null }], turns: null };
}

/** Who spoke is known only where somebody is named. */
export function fromLines(lines: readonly TimedLine[]): Subject {
  const named = lines.flatMap(({ speaker, startSeconds, endSeconds }) =>
    speaker === null || endSeconds <= startSeconds ? [] : [{ speaker, startSeconds, endSeconds }],
  );
  return { pieces: [...lines], turns: named.length > 0 ? named : null };
}

function parseJson(name: string, text: string): Subject {
  const document = tryJson(text);
  if (isRecord(document)) {
    if (Array.isArray(document.segments)) {
      const lines = document.segments.map(toLine);
      if (lines.every((line) => line !== null)) return fromLines(lines);
    } else if (typeof document.text === 'string') {
      return { pieces: [{ text: document.text, startSeconds: null }], turns: null };
    }
  }
  throw new LonghandError('evaluation/bad-json', { name });
}

function toLine(segment: unknown): TimedLine | null {
  if (!isRecord(segment)) return null;
  const { start, end, text, speaker } = segment;
  return typeof start === 'number' && typeof end === 'number' && typeof text === 'string'
    ? { startSeconds: start, endSeconds: end, text, speaker: typeof speaker === 'string' ? speaker : null }
    : null;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
