/**
 * What the file of a transcript is called. In: a template such as `{date} {name}` and the job. Out: a file name that no
 * other of the folder has and that every system takes. Pure.
 */
import type { JobView } from '../../jobs/job-queue';
import type { ExportFormat } from '../../transcript/export';
import { titleOf } from '../format';

export const DEFAULT_TEMPLATE = '{name}';

/** What a template may hold, with what it stands for. */
export const PLACEHOLDERS = {
  name: 'name of the recording',
  number: 'place in the queue',
  date: 'today, as 2026-11-25',
  language: 'language heard',
  model: 'name of the model',
} as const;

type Named = Pick<JobView, 'name' | 'language' | 'model'>;

/** `taken`: names in use, in lower case, since some disks know no case; the new one is added. */
export function outputName(
  template: string,
  job: Named,
  { number, date, format }: { number: number; date: Date; format: ExportFormat },
  taken: Set<string>,
): string {
  const values: Record<keyof typeof PLACEHOLDERS, string> = {
    name: titleOf(job.name),
    number: String(number).padStart(3, '0'),
    date: [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-'),
    language: job.language ?? 'unknown',
    model: job.model.replace(/\/+$/, '').replace(/^.*[/:]/, ''),
  };
  const filled = template.replace(/\{(\w+)\}/g, (whole, key: string) =>
    key in values ? values[key as keyof typeof values] : whole,
  );
  const stem = safeName(filled) || safeName(values.name) || 'transcript';
  let candidate = `${stem}.${format}`;
  for (let copy = 2; taken.has(candidate.toLowerCase()); copy++) candidate = `${stem}-${copy}.${format}`;
  taken.add(candidate.toLowerCase());
  return candidate;
}

const LONGEST_NAME = 150;
/** Names of devices, which Windows does not give to files. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

function safeName(name: string): string {
  const plain = name
    // Control characters, what separates paths, and marks that turn the direction of writing.
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, LONGEST_NAME);
  return RESERVED.test(plain) ? `_${plain}` : plain;
}
