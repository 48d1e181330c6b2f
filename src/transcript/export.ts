/**
 * A transcript as a file. In: segments and gaps in seconds. Out: TXT, SubRip, WebVTT, JSON or RTTM.
 * Gaps are written into every format in which a reader would otherwise take the text for complete;
 * RTTM holds who spoke when and no text.
 */
import type { Gap } from '../media/gap';
import type { Segment } from '../speech/segment';
import { originalText } from './replacements';
import { formatRttm } from './rttm';
import { plainText, type Transcript } from './transcript';
import { turnsOf } from './turns';
import { type Word, wordsOf } from './words';

export const EXPORT_FORMATS = ['txt', 'srt', 'vtt', 'json', 'rttm'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** SubRip with a caption for each word whose time is known, for films that show one at a time. */
  wordByWord?: boolean;
}

export function exportTranscript(
  transcript: Transcript,
  format: ExportFormat,
  { wordByWord = false }: ExportOptions = {},
): string {
  switch (format) {
    case 'txt':
      return toText(transcript);
    case 'srt':
      return toSubRip(wordByWord ? cues(transcript).flatMap(cuesOfWords) : cues(transcript));
    case 'vtt':
      return toWebVtt(transcript);
    case 'json':
      return toJson(transcript);
    case 'rttm':
      return formatRttm(withoutExtension(transcript.name), transcript.turns ?? turnsOf(transcript));
  }
}

interface Cue {
  startSeconds: number;
  endSeconds: number;
  text: string;
  /** Who speaks, where that is known. */
  speaker?: string;
  words?: NonNullable<Segment['words']>;
}

/** Segments and gaps as one list in order of time. */
function cues(transcript: Transcript): Cue[] {
  const gaps = transcript.gaps.map((gap) => ({ ...gap, text: gapText(gap) }));
  return [...transcript.segments, ...gaps].sort((a, b) => a.startSeconds - b.startSeconds);
}

const gapText = (gap: Gap): string =>
  `[${clock(gap.startSeconds, '.')} to ${clock(gap.endSeconds, '.')} could not be read: ${gap.reason}]`;

/** A paragraph a segment: what people paste into a document. */
function toText(transcript: Transcript): string {
  const lines = cues(transcript).map(withSpeaker);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** https://www.matroska.org/technical/subtitles.html#srt-subtitles: numbered from 1, comma before milliseconds. */
function toSubRip(cues: readonly Cue[]): string {
  return cues
    .map((cue, index) => {
      const times = `${clock(cue.startSeconds, ',')} --> ${clock(cue.endSeconds, ',')}`;
      return `${index + 1}\n${times}\n${withoutBlankLines(withSpeaker(cue))}\n`;
    })
    .join('\n');
}

/** https://www.w3.org/TR/webvtt1/#file-structure: `&`, `<` and `>` are markup and must be escaped. */
function toWebVtt(transcript: Transcript): string {
  const blocks = cues(transcript).map((cue) => {
    const times = `${clock(cue.startSeconds, '.')} --> ${clock(cue.endSeconds, '.')}`;
    const voice = cue.speaker === undefined ? '' : `<v ${escape(cue.speaker)}>`;
    return `${times}\n${voice}${withTimestamps(cue)}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** One for each word; the cue itself where nothing is known of when they are said. */
function cuesOfWords(cue: Cue): Cue[] {
  if (!cue.words?.startMs) return [cue];
  return wordsOf(cue).map(({ text, startSeconds, endSeconds }) => ({
    text,
    startSeconds: startSeconds!,
    endSeconds: endSeconds!,
    ...(cue.speaker === undefined ? {} : { speaker: cue.speaker }),
  }));
}

/** With a timestamp before every word but the first, as players show karaoke; where word times are known. */
function withTimestamps({ text, words, startSeconds, endSeconds }: Cue): string {
  if (!words?.startMs) return escape(withoutBlankLines(text));
  return words.startMs
    .map((ms, i) => {
      const word = escape(withoutBlankLines(text.slice(words.ends[i - 1] ?? 0, words.ends[i])));
      // The format allows only times inside the cue.
      const isInside = i > 0 && ms / 1000 > startSeconds && ms / 1000 < endSeconds;
      return isInside ? `<${clock(ms / 1000, '.')}>${word}` : word;
    })
    .join('');
}

/** The shape of `--format json`, see the README; seconds, probabilities natural-log where the name says so. */
function toJson(transcript: Transcript): string {
  const document = {
    text: plainText(transcript),
    language: transcript.language,
    duration: milliseconds(transcript.durationSeconds),
    segments: transcript.segments.map((segment) => ({
      start: milliseconds(segment.startSeconds),
      end: milliseconds(segment.endSeconds),
      text: segment.text,
      ...(segment.speaker === undefined ? {} : { speaker: segment.speaker }),
      ...(segment.origin
        ? { origin: segment.origin }
        : {
            noSpeechProbability: segment.noSpeechProbability,
            averageLogProbability: segment.averageLogProbability,
          }),
      ...(segment.language === undefined ? {} : { language: segment.language }),
      ...(segment.changes ? { original: originalText(segment) } : {}),
      ...(segment.words?.startMs ? { words: wordsOf(segment).map(jsonWord) } : {}),
    })),
    gaps: transcript.gaps.map((gap) => ({
      start: milliseconds(gap.startSeconds),
      end: milliseconds(gap.endSeconds),
      reason: gap.reason,
    })),
    ...(transcript.speech && {
      speech: transcript.speech.map((range) => ({
        start: milliseconds(range.startSeconds),
        end: milliseconds(range.endSeconds),
      })),
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** RTTM names a recording as the tools that read it do: without what its file ends in. */
const withoutExtension = (name: string): string => name.replace(/(?!^)\.[^.]*$/, '');

const jsonWord = ({ text, startSeconds, endSeconds, probability }: Word) => ({
  start: milliseconds(startSeconds!),
  end: milliseconds(endSeconds!),
  text,
  probability,
});

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const withSpeaker = ({ speaker, text }: Cue): string =>
  speaker === undefined ? text : `${speaker}: ${text}`;

/** A blank line ends a cue in both caption formats. */
const withoutBlankLines = (text: string): string => text.replace(/\s*\n\s*/g, '\n');

const milliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** `01:02:44.123`; both caption formats allow more than 99 hours. */
function clock(seconds: number, separator: ',' | '.'): string {
  const total = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  const [h, m, s] = [
    Math.floor(total / 3_600_000),
    Math.floor(total / 60_000) % 60,
    Math.floor(total / 1000) % 60,
  ];
  return `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}${separator}${pad(total % 1000, 3)}`;
}
