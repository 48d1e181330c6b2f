/**
 * Where finished transcripts go by themselves. In: the queue, and a folder that its user has chosen. Out: a file for
 * each transcript as soon as it is done; or all of them in one zip, where the browser gives no access to folders.
 */
import { strToU8, zipSync } from 'fflate';
import type { JobQueue, JobView } from '../../jobs/job-queue';
import { LonghandError, toLonghandError } from '../../lib/errors';
import { exportTranscript, type ExportFormat } from '../../transcript/export';
import { createReplacer } from '../../transcript/replacements';
import { withSpeakers } from '../../transcript/speaker-labels';
import { outputName } from './output-name';

export interface OutputChoice {
  format: ExportFormat;
  template: string;
}

export interface OutputView extends OutputChoice {
  /** Null until one is chosen. */
  folder: string | null;
  /** Names of files written, in that order. */
  written: readonly string[];
  error: LonghandError | null;
}

export interface Output {
  readonly view: OutputView;
  subscribe(listener: () => void): () => void;
  /** Takes effect for what is written from now on. */
  choose(choice: Partial<OutputChoice>): void;
  /** What is done is written at once, what follows as it is finished. */
  useFolder(folder: FileSystemDirectoryHandle): Promise<void>;
}

export function createOutput(queue: JobQueue): Output {
  const listeners = new Set<() => void>();
  const taken = new Set<string>();
  const done = new Set<string>();
  let view: OutputView = { format: 'txt', template: '{name}', folder: null, written: [], error: null };
  let folder: FileSystemDirectoryHandle | null = null;
  let writing: Promise<void> = Promise.resolve();

  const change = (fields: Partial<OutputView>) => {
    view = { ...view, ...fields };
    for (const listener of listeners) listener();
  };

  async function writeDone(): Promise<void> {
    for (const [job, number] of doneJobs(queue)) {
      if (!folder || done.has(job.id)) continue;
      done.add(job.id);
      const name = outputName(view.template, job, { number, date: new Date(), format: view.format }, taken);
      try {
        await writeFile(folder, name, exportJob(job, view.format));
        change({ written: [...view.written, name], error: null });
      } catch (thrown) {
        // The next change of the queue tries it again.
        done.delete(job.id);
        taken.delete(name.toLowerCase());
        change({ error: writeError(thrown, name) });
        return;
      }
    }
  }
  const schedule = () => {
    if (folder) writing = writing.then(writeDone);
    return writing;
  };
  queue.subscribe(() => void schedule());

  return {
    get view() {
      return view;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    choose: (choice) => change(choice),
    useFolder(chosen) {
      folder = chosen;
      done.clear();
      taken.clear();
      change({ folder: chosen.name, written: [], error: null });
      return schedule();
    },
  };
}

/** All that is done, as one zip. */
export function zipDone(queue: JobQueue, { format, template }: OutputChoice): Uint8Array<ArrayBuffer> {
  const taken = new Set<string>();
  const files: Record<string, Uint8Array> = {};
  for (const [job, number] of doneJobs(queue)) {
    const name = outputName(template, job, { number, date: new Date(), format }, taken);
    files[name] = strToU8(exportJob(job, format));
  }
  return new Uint8Array(zipSync(files));
}

function doneJobs(queue: JobQueue): [JobView, number][] {
  return queue.order.flatMap((id, index): [JobView, number][] => {
    const job = queue.jobs.find((each) => each.id === id);
    // Who speaks follows the text; a file without it would be written a moment too early.
    const listening = ['waiting', 'hearing'].includes(job?.speakers.stage.kind ?? '');
    return job?.state.kind === 'done' && !listening ? [[job, index + 1]] : [];
  });
}

function exportJob(job: JobView, format: ExportFormat): string {
  const { name, language, gaps, settings } = job;
  const segments = job.segments.map(createReplacer(settings.replacements));
  const durationSeconds = job.durationSeconds ?? job.doneSeconds;
  const transcript = { name, durationSeconds, language, segments, gaps };
  return exportTranscript(withSpeakers(transcript, job.speakers.labels), format);
}

async function writeFile(folder: FileSystemDirectoryHandle, name: string, text: string): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  const writable = await file.createWritable();
  try {
    await writable.write(text);
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
  await writable.close();
}

function writeError(thrown: unknown, name: string): LonghandError {
  if (!(thrown instanceof DOMException)) return toLonghandError(thrown);
  return new LonghandError('output/not-written', { name, detail: thrown.message }, { cause: thrown });
}
