/**
 * The model manager on the command line. In: arguments. Out: models in a folder, a list on standard output, progress
 * and failures on standard error. The same code as in the page, over a store of folders instead of IndexedDB.
 */
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LonghandError, toLonghandError } from '../../src/lib/errors';
import { runModelCheck } from '../../src/models/check-model';
import { runModelDownload } from '../../src/models/download-model';
import { isRepositoryName } from '../../src/models/hub';
import { runModelImport } from '../../src/models/import/import-model';
import type { ImportFile } from '../../src/models/import/import-source';
import { removeModel } from '../../src/models/model-shelf';
import { type ModelStep, type RunModelTask, startModelTask } from '../../src/models/model-task';
import type { PieceStore } from '../../src/models/piece-store';
import { quantizeIfNeeded, runModelQuantization } from '../../src/models/quantize/quantize-stored';
import { formatSize, formatTimeLeft } from '../../src/ui/format';
import { errorText } from '../../src/ui/messages/error-text';
import { UsageError } from '../command-line/usage';
import { type Order, parseCommandLine, USAGE } from './command-line';
import { openFolderStore } from './folder-store';
import { showCatalog, showModels, showRecommendation } from './lists';
import { defaultModelsFolder } from './models-folder';

/** Resolves with the exit code. `workingFolder`: what relative paths are relative to. */
export async function main(args: string[], workingFolder: string): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new LonghandError('internal/closed', { what: 'command' }));
  process.once('SIGINT', interrupt);
  try {
    const { order, folder } = parseCommandLine(args);
    const modelsFolder = folder === null ? defaultModelsFolder() : resolve(workingFolder, folder);
    const store = openFolderStore(modelsFolder);
    await carryOut(order, store, { folder: modelsFolder, workingFolder, signal: stop.signal });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (stop.signal.aborted) {
      process.stderr.write('Stopped. What has arrived is kept; the same command goes on with it.\n');
      return 130;
    }
    const failure = toLonghandError(error);
    const { what, now } = errorText(failure);
    process.stderr.write(`${what} ${now} (${failure.code})\n`);
    return 1;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function carryOut(
  order: Order,
  store: PieceStore,
  { folder, workingFolder, signal }: { folder: string; workingFolder: string; signal: AbortSignal },
): Promise<void> {
  switch (order.command) {
    case 'help':
      return void process.stdout.write(USAGE);
    case 'catalog':
      return showCatalog();
    case 'recommend':
      return showRecommendation(order);
    case 'list':
      return showModels(store, folder);
    case 'remove':
      requireName(order.id);
      if (!(await store.loadModel(order.id))) {
        throw new LonghandError('models/absent', { model: order.id });
      }
      return removeModel(order.id, store);
    case 'download':
      requireName(order.id);
      return watch(async (tell, until) => {
        const model = await runModelDownload(order, store, tell, { signal: until });
        if (order.backend !== 'wasm') return model;
        return quantizeIfNeeded(model, store, tell, { signal: until });
      }, signal);
    case 'import': {
      const files = await importFiles(order.paths.map((path) => resolve(workingFolder, path)));
      const name = order.name ?? basename(order.paths[0]!);
      return watch(async (tell, until) => {
        const model = await runModelImport(name, files, store, tell, { signal: until });
        return quantizeIfNeeded(model, store, tell, { signal: until });
      }, signal);
    }
    case 'check':
      requireName(order.id);
      return watch((tell, until) => runModelCheck(order.id, store, tell, { signal: until }), signal);
    case 'quantize':
      requireName(order.id);
      return watch(
        (tell, until) => runModelQuantization(order.id, order.form, store, tell, { signal: until }),
        signal,
      );
  }
}

function requireName(id: string): void {
  if (!isRepositoryName(id)) throw new UsageError(`"${id}" is no model's name, which is OWNER/NAME.`);
}

/** A folder with all that lies in it, or files. Throws `media/not-found`. */
async function importFiles(paths: readonly string[]): Promise<ImportFile[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (!found) throw new LonghandError('media/not-found', { name: path });
    if (!found.isDirectory()) files.push(path);
    else {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      files.push(
        ...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
      );
    }
  }
  return Promise.all(files.map(async (path) => ({ path, file: await openAsBlob(path) })));
}

/** Shows progress on standard error until the task ends, and names the model on standard output. */
async function watch(run: RunModelTask, signal: AbortSignal): Promise<void> {
  const task = startModelTask(run, signal);
  let shown = '';
  for (;;) {
    const progress = await task.next();
    if (progress.model) {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      process.stdout.write(`${progress.model.id}\n`);
      return;
    }
    const line = describe(progress);
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
    else if (stage(progress) !== shown) {
      shown = stage(progress);
      process.stderr.write(`${line}\n`);
    }
  }
}

/** In a log a line for each file, or each wait. */
const stage = ({ activity, file, waiting }: ModelStep): string => `${activity} ${file} ${waiting?.answer}`;

function describe({
  activity,
  file,
  doneBytes,
  sizeBytes,
  bytesPerSecond,
  secondsLeft,
  waiting,
}: ModelStep & { bytesPerSecond: number | null; secondsLeft: number | null }): string {
  if (waiting)
    return `${waiting.host}: ${waiting.answer}; asking again in ${formatTimeLeft(waiting.seconds)}`;
  const parts = [
    `${activity} ${file ?? ''}`.trim(),
    `${formatSize(doneBytes)}${sizeBytes === null ? '' : ` of ${formatSize(sizeBytes)}`}`,
    bytesPerSecond === null ? '' : `${formatSize(bytesPerSecond)}/s`,
    secondsLeft === null ? '' : `${formatTimeLeft(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join(', ');
}
