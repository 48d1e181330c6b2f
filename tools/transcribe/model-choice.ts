/**
 * What `--model` names: a model that comes with the app, one that `npm run models` has fetched, a folder on disk, or an
 * address. Out: the address that the page loads it from, and what the server must do for that (mount the folder, allow
 * the host).
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { UsageError } from '../command-line/usage';

export interface ModelChoice {
  /** Absolute, or relative to the page; ends with a slash. */
  url: string;
  /** Folders that the server must show, by path. */
  mounts: Record<string, string>;
  /** Origin that the content security policy must let the page fetch from. */
  host: string | null;
}

export interface ModelPlaces {
  /** What relative paths are relative to. */
  workingFolder: string;
  /** The built app's `models/`. */
  appModels: string;
  /** Where `npm run models` keeps what it has fetched, as OWNER/NAME. */
  fetchedModels: string;
}

/** Throws UsageError where the value names nothing. */
export function chooseModel(
  value: string,
  { workingFolder, appModels, fetchedModels }: ModelPlaces,
): ModelChoice {
  if (/^https?:\/\//.test(value)) {
    if (!URL.canParse(value)) throw new UsageError(`--model: "${value}" is no address.`);
    return { url: value.endsWith('/') ? value : `${value}/`, mounts: {}, host: new URL(value).origin };
  }
  const known = existsSync(appModels) ? readdirSync(appModels) : [];
  if (known.includes(value)) return { url: `models/${value}/`, mounts: {}, host: null };

  const folder = [resolve(workingFolder, value), resolve(fetchedModels, value)].find(
    (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  );
  if (folder !== undefined) {
    const url = `models/local/${encodeURIComponent(basename(folder))}/`;
    return { url, mounts: { [`/${url}`]: folder }, host: null };
  }
  throw new UsageError(
    `--model: "${value}" is neither a folder here (${resolve(workingFolder, value)}), nor a model of the app (${known.join(', ')}), nor one that npm run models has fetched.`,
  );
}
