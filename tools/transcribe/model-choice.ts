/**
 * What `--model` names: a model that comes with the app, a folder on disk, or an address. Out: the address that the
 * page loads it from, and what the server must do for that (mount the folder, allow the host).
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { UsageError } from './command-line';

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
}

/** Throws UsageError where the value names nothing. */
export function chooseModel(value: string, { workingFolder, appModels }: ModelPlaces): ModelChoice {
  if (/^https?:\/\//.test(value)) {
    if (!URL.canParse(value)) throw new UsageError(`--model: "${value}" is no address.`);
    return { url: value.endsWith('/') ? value : `${value}/`, mounts: {}, host: new URL(value).origin };
  }
  const known = existsSync(appModels) ? readdirSync(appModels) : [];
  if (known.includes(value)) return { url: `models/${value}/`, mounts: {}, host: null };

  const folder = resolve(workingFolder, value);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const url = `models/local/${encodeURIComponent(basename(folder))}/`;
    return { url, mounts: { [`/${url}`]: folder }, host: null };
  }
  throw new UsageError(
    `--model: "${value}" is neither a folder here (${folder}) nor a model of the app (${known.join(', ')}).`,
  );
}
