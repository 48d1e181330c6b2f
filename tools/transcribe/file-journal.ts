/**
 * What the command line knows of a file's job while it runs, so that it can go on after the page, the browser or the
 * whole command was killed. In: entries from the page, batch by batch. Out: the earlier run. With `--resume DIR` they
 * are lines of JSON in a file of DIR, each on the disk before the page goes on; else they are kept in memory.
 * The one decision to know: nothing but appended lines. A line that a kill cut short is dropped when it is read.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  AutomationResult,
  AutomationSettings,
  EarlierRun,
  JournalEntry,
} from '../../src/ui/automation/automation';

export interface FileJournal {
  /** Null where there is nothing to go on from. */
  readonly earlier: EarlierRun | null;
  /** Of a run that came to its end, without a failure. */
  readonly result: AutomationResult | null;
  /** Resolves when it is kept. */
  append(entry: JournalEntry): Promise<void>;
  end(result: AutomationResult): Promise<void>;
}

/** The first line: a journal goes on only with the same file and the same settings. */
interface Header {
  file: string;
  sizeBytes: number | null;
  modifiedMs: number | null;
  settings: Partial<AutomationSettings>;
}

type Line = { begin: Header } | { entry: JournalEntry } | { end: AutomationResult };

/** `folder` null: in memory. `settings` with the model as the user named it. */
export async function openFileJournal(
  folder: string | null,
  file: string,
  settings: AutomationSettings,
): Promise<FileJournal> {
  if (folder === null) return createJournal([], () => Promise.resolve());
  await mkdir(folder, { recursive: true });
  const path = join(folder, journalName(file));
  const header = await headerOf(file, settings);
  let lines = await readLines(path);
  const [first] = lines;
  if (!first || !('begin' in first) || JSON.stringify(first.begin) !== JSON.stringify(header)) {
    await truncate(path, 0).catch(() => undefined);
    await appendLine(path, { begin: header });
    lines = [];
  }
  return createJournal(lines, (line) => appendLine(path, line));
}

function createJournal(lines: readonly Line[], write: (line: Line) => Promise<void>): FileJournal {
  let earlier: EarlierRun | null = null;
  let result: AutomationResult | null = null;
  const learn = ({ text, change }: JournalEntry) => {
    const { outcome: _, ...known } = change;
    const before: EarlierRun = earlier ?? { known: {}, text: { segments: [], gaps: [] } };
    earlier = {
      known: { ...before.known, ...known },
      text: {
        segments: [...before.text.segments, ...(text?.segments ?? [])],
        gaps: [...before.text.gaps, ...(text?.gaps ?? [])],
        speech: [...(before.text.speech ?? []), ...(text?.speech ?? [])],
      },
    };
  };
  for (const line of lines) {
    if ('entry' in line) learn(line.entry);
    else if ('end' in line && line.end.ok) result = line.end;
  }
  return {
    get earlier() {
      return earlier;
    },
    get result() {
      return result;
    },
    async append(entry) {
      await write({ entry });
      learn(entry);
    },
    end: (ended) => write({ end: ended }),
  };
}

/** The same file always has the same journal, and two files of one name have two. */
function journalName(file: string): string {
  const hash = createHash('sha256').update(file).digest('hex').slice(0, 12);
  return `${basename(file)
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 80)}-${hash}.jsonl`;
}

async function headerOf(file: string, settings: AutomationSettings): Promise<Header> {
  const found = await stat(file).catch(() => null);
  // These change how fast it goes, not what is written.
  const { threads: _, memoryLimitMegabytes: __, limitMinutes: ___, pressure: ____, ...decisive } = settings;
  return {
    file,
    sizeBytes: found?.size ?? null,
    modifiedMs: found?.mtimeMs ?? null,
    settings: decisive,
  };
}

/** All whole lines; what a kill left after them is cut off, so that the next line begins on its own. */
async function readLines(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
  return text
    .slice(0, end)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

async function appendLine(path: string, line: Line): Promise<void> {
  await using file = await open(path, 'a');
  await file.appendFile(`${JSON.stringify(line)}\n`);
  await file.datasync();
}
