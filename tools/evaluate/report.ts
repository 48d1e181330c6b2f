/** An evaluation as text for a terminal. In: figures. Out: lines, the figures first, then the errors one by one. */
import type { Evaluation } from '../../src/evaluation/evaluate';
import { listErrors, type ListedError } from '../../src/evaluation/listed-errors';
import type { SpeakerError, SpeakerErrors } from '../../src/evaluation/speaker-errors';
import type { TextErrors } from '../../src/evaluation/text-errors';
import {
  characterSentence,
  formatRate,
  speakerSentence,
  wordSentence,
} from '../../src/ui/evaluate/evaluation-words';
import { formatDuration } from '../../src/ui/format';

export function formatEvaluation({ text, speakers }: Evaluation, mostErrors: number): string {
  const parts = [
    ...(text ? [textFigures(text)] : []),
    ...(speakers ? [speakerFigures(speakers)] : []),
    ...(text ? listed('Words', listErrors(text.passages).map(errorLine), mostErrors) : []),
    ...(speakers ? listed('Speakers', speakers.errors.map(speakerLine), mostErrors) : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const figure = (name: string, rate: number | null, sentence: string): string =>
  `${name.padEnd(4)} ${formatRate(rate).padStart(9)}   ${sentence}`;

const textFigures = ({ words, characters }: TextErrors): string =>
  [
    figure('WER', words.rate, wordSentence(words)),
    figure('CER', characters.rate, characterSentence(characters)),
  ].join('\n');

function speakerFigures(speakers: SpeakerErrors): string {
  const collar = speakers.collarSeconds > 0 ? `, collar ${speakers.collarSeconds} s on either side` : '';
  return [
    figure('DER', speakers.rate, `${speakerSentence(speakers)}${collar}`),
    ...speakers.mapping.map(
      ({ reference, hypothesis, sharedSeconds }) =>
        `                 ${hypothesis} is ${reference} (${sharedSeconds.toFixed(1)} s shared)`,
    ),
  ].join('\n');
}

function listed(heading: string, lines: string[], most: number): string[] {
  if (lines.length === 0) return [`${heading}: no errors.`];
  const left = lines.length - most;
  const shown = left > 0 ? [...lines.slice(0, most), `and ${left} more; --errors N lists them`] : lines;
  return [[`${heading}: what was said → what was written`, ...shown.map((line) => `  ${line}`)].join('\n')];
}

function errorLine({ before, reference, hypothesis, after, startSeconds }: ListedError): string {
  const time = startSeconds === null ? '' : `${formatDuration(startSeconds).padStart(7)}  `;
  const change = `[${reference.join(' ') || '∅'} → ${hypothesis.join(' ') || '∅'}]`;
  return `${time}${[...before, change, ...after].join(' ')}`;
}

function speakerLine({
  kind,
  startSeconds,
  endSeconds,
  reference,
  hypothesis,
  seconds,
}: SpeakerError): string {
  const times = `${startSeconds.toFixed(2)} to ${endSeconds.toFixed(2)}`;
  const who = `${reference.join(' + ') || 'nobody'} → ${hypothesis.join(' + ') || 'nobody'}`;
  return `${times.padStart(20)}  ${seconds.toFixed(2).padStart(7)} s  ${kind.padEnd(11)}  ${who}`;
}
