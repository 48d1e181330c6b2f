/**
 * The command line. In: arguments, and the folder of the built app. Out: transcripts on standard output or in a
 * folder, progress and failures on standard error, and the exit code: 0 all done, 1 some file failed, 2 wrong use.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseAddress } from '../../src/lib/address';
import type { AutomationSettings } from '../../src/ui/automation/automation';
import { createReport, reportJson, reportText, type FileReport } from '../../src/ui/report/report';
import { defaultModelsFolder } from '../models/models-folder';
import { openServer } from '../serve/server.mjs';
import { AppPage } from './app-page';
import { UsageError } from '../command-line/usage';
import { type CommandLine, parseCommandLine, USAGE } from './command-line';
import { chooseModel, type ModelChoice } from './model-choice';
import { openFileJournal } from './file-journal';
import { resultPaths } from './results';
import { pairPaths, sidecarsBeside } from './sidecars';
import { readWording } from './wording';
import { transcribeFile, type Stats } from './transcribe-file';

export interface Surroundings {
  /** What relative paths of the user are relative to. */
  workingFolder: string;
  /** Sets up what is missing (build, browser) and resolves with the folder of the built app. */
  prepare: () => Promise<string>;
}

/** Resolves with the exit code. */
export async function main(args: string[], { workingFolder, prepare }: Surroundings): Promise<number> {
  try {
    const commandLine = parseCommandLine(args);
    if (commandLine.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const wording = await readWording(commandLine, workingFolder);
    const app = await prepare();
    const model = chooseModel(commandLine.model, {
      workingFolder,
      appModels: join(app, 'models'),
      fetchedModels: defaultModelsFolder(),
    });
    const settings = { ...commandLine.settings, ...wording };
    return await transcribeAll({ ...commandLine, settings }, model, { app, workingFolder });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function transcribeAll(
  {
    files: named,
    format,
    out,
    model: modelName,
    settings,
    stats: statsPath,
    report: reportPath,
    resume,
  }: CommandLine & { settings: Omit<AutomationSettings, 'model'> },
  model: ModelChoice,
  { app, workingFolder }: { app: string; workingFolder: string },
): Promise<number> {
  const folder = out === null ? null : resolve(workingFolder, out);
  if (folder !== null) await mkdir(folder, { recursive: true });
  const recordings = pairPaths(named);
  const files = recordings.map(({ file }) => file);
  const paths = resultPaths(files, format, folder ?? '');

  const server = await openServer({
    folder: app,
    mounts: { ...model.mounts, ...speakerMounts(settings.diarize) },
    modelHosts: model.host === null ? [] : [model.host],
  });
  const page = await AppPage.open({ url: server.url, gpu: gpuFor(settings.backend) });
  const interrupt = () => void Promise.all([page.close(), server.close()]).then(() => process.exit(130));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);

  const journals = resume === null ? null : resolve(workingFolder, resume);
  const allStats: (Stats & { file?: string })[] = [];
  const reports: FileReport[] = [];
  let failures = 0;
  try {
    for (const [index, file] of files.entries()) {
      const address = parseAddress(file);
      const path = address ?? resolve(workingFolder, file);
      const given = recordings[index]!.sidecars.map((name) => resolve(workingFolder, name));
      const beside = address ? [] : await sidecarsBeside(path);
      const journal = await openFileJournal(journals, path, { ...settings, model: modelName });
      const outcome = await transcribeFile(page, path, journal, {
        sidecars: [...new Set([...given, ...beside])],
        settings: {
          ...settings,
          model: model.url,
          speakerModels: settings.diarize === 'full' ? SPEAKER_PATH : null,
        },
        downloads: model.host !== null,
      });
      reports.push(outcome.report);
      if (outcome.stats) allStats.push(files.length === 1 ? outcome.stats : { file, ...outcome.stats });
      if (outcome.failure !== null) {
        failures += 1;
        process.stderr.write(`${file}: ${outcome.failure}\n`);
      }
      const text = outcome.outputs?.[format];
      if (text === undefined) continue;
      if (folder === null) process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
      else await writeFile(paths[index]!, text);
    }
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await Promise.all([page.close(), server.close()]);
  }
  if (statsPath !== null && allStats.length > 0) {
    const written = files.length === 1 ? allStats[0] : allStats;
    await writeFile(resolve(workingFolder, statsPath), `${JSON.stringify(written, null, 2)}\n`);
  }
  if (reportPath !== null) {
    const report = createReport(reports);
    const text = reportPath.endsWith('.json') ? reportJson(report) : reportText(report);
    await writeFile(resolve(workingFolder, reportPath), text);
  }
  return failures > 0 ? 1 : 0;
}

/** Where the page finds the models of the full speaker method that `npm run models` has fetched. */
const SPEAKER_PATH = 'models/speakers/';

const speakerMounts = (method: AutomationSettings['diarize']): Record<string, string> =>
  method === 'full' ? { [`/${SPEAKER_PATH}`]: defaultModelsFolder() } : {};

/** `webgpu` without a graphics card runs, slowly, on the browser's software adapter; `auto` then takes WASM. */
function gpuFor(backend: AutomationSettings['backend']): 'none' | 'software' | 'hardware' {
  if (backend === 'wasm') return 'none';
  const hasCard = process.platform !== 'linux' || existsSync('/dev/dri') || existsSync('/dev/nvidia0');
  if (hasCard) return 'hardware';
  return backend === 'webgpu' ? 'software' : 'none';
}
