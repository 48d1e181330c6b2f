/**
 * The final report on a queue. In: how each file ended. Out: totals, as an object that is written as JSON as it is, and
 * as text. Seconds throughout; `speed` is seconds of recording per second of work. Pure, shared with the command line.
 */
import type { JobView } from '../../jobs/job-queue';
import type { ErrorCode } from '../../lib/error-codes';
import type { LonghandError } from '../../lib/errors';
import { count, formatDuration, formatSpeed, formatTimeLeft } from '../format';
import { errorText } from '../messages/error-text';

export interface FileReport {
  name: string;
  /** `unfinished`: stopped, paused, cut off, or still to come. */
  outcome: 'done' | 'failed' | 'unfinished';
  /** Of the recording, as far as it was read. */
  audioSeconds: number;
  workSeconds: number;
  /** Stretches whose speech has no text. */
  gaps: { start: number; end: number; reason: ErrorCode }[];
  failure: { code: ErrorCode; what: string; now: string } | null;
}

export interface Report {
  files: number;
  done: number;
  failed: number;
  unfinished: number;
  audioHours: number;
  workSeconds: number;
  /** Null where nothing was read. */
  speed: number | null;
  results: FileReport[];
}

export function createReport(results: readonly FileReport[]): Report {
  const number = (outcome: FileReport['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const audioSeconds = results.reduce((sum, result) => sum + result.audioSeconds, 0);
  const workSeconds = results.reduce((sum, result) => sum + result.workSeconds, 0);
  return {
    files: results.length,
    done: number('done'),
    failed: number('failed'),
    unfinished: number('unfinished'),
    audioHours: rounded(audioSeconds / 3600),
    workSeconds: rounded(workSeconds),
    speed: audioSeconds > 0 && workSeconds > 0 ? rounded(audioSeconds / workSeconds) : null,
    results: [...results],
  };
}

export function reportOf(
  job: Pick<JobView, 'name' | 'state' | 'doneSeconds' | 'workedSeconds' | 'gaps'>,
): FileReport {
  const { kind } = job.state;
  return {
    name: job.name,
    outcome: kind === 'done' || kind === 'failed' ? kind : 'unfinished',
    audioSeconds: rounded(job.doneSeconds),
    workSeconds: rounded(job.workedSeconds),
    gaps: job.gaps.map(({ startSeconds, endSeconds, reason }) => ({
      start: rounded(startSeconds),
      end: rounded(endSeconds),
      reason,
    })),
    failure: job.state.kind === 'failed' ? failureOf(job.state.error) : null,
  };
}

export function failureOf(error: LonghandError): FileReport['failure'] {
  const { what, now } = errorText(error);
  return { code: error.code, what, now };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

export const reportJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;

/** Totals first, then what went wrong, then every file. */
export function reportText(report: Report): string {
  const { files, done, failed, unfinished, workSeconds, speed, results } = report;
  const parts = [
    `${count(done, 'transcript')} of ${count(files, 'file')}`,
    failed > 0 ? `${failed} failed` : '',
    unfinished > 0 ? `${unfinished} not finished` : '',
  ];
  const audioSeconds = results.reduce((sum, result) => sum + result.audioSeconds, 0);
  const lines = [
    `${parts.filter(Boolean).join(', ')}.`,
    `${formatDuration(audioSeconds)} of sound in ${formatTimeLeft(workSeconds)}${speed === null ? '' : `, ${formatSpeed(speed)} real time`}.`,
  ];
  const wrong = results.filter(({ failure }) => failure !== null);
  if (wrong.length > 0) {
    lines.push('', 'Failed');
    for (const { name, failure } of wrong) lines.push(`  ${name}: ${failure!.what} (${failure!.code})`);
  }
  lines.push('', 'Files');
  for (const result of results) lines.push(`  ${result.name}: ${outcomeWords(result)}`);
  return `${lines.join('\n')}\n`;
}

export function outcomeWords({ outcome, audioSeconds, workSeconds, gaps }: FileReport): string {
  const read = formatDuration(audioSeconds);
  const words = {
    done: `${read} written in ${formatTimeLeft(workSeconds)}`,
    failed: audioSeconds > 0 ? `failed after ${read}` : 'failed',
    unfinished: audioSeconds > 0 ? `not finished, ${read} kept` : 'not begun',
  }[outcome];
  return gaps.length > 0 ? `${words}, ${count(gaps.length, 'gap')}` : words;
}
