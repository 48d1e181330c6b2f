/**
 * How a model hub is laid out. In: a host, a repository, a revision. Out: addresses of its files, and the list of them
 * with sizes and SHA-256 of the large ones. A mirror is a host with the same layout.
 */
import { HostFailure } from '../lib/fetch-range';

export const DEFAULT_MODEL_HOSTS: readonly string[] = ['https://huggingface.co'];

export interface Repository {
  /** `owner/name` */
  id: string;
  revision: string;
}

export interface HubFile {
  path: string;
  sizeBytes: number;
  /** Null for small files, which a hub names otherwise. */
  sha256: string | null;
}

/** `owner/name` in the characters that hubs allow; anything else never reaches an address. */
export function isRepositoryName(text: string): boolean {
  return /^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(text) && !text.includes('..');
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
const withoutSlash = (host: string): string => host.replace(/\/+$/, '');

export const fileUrl = (host: string, { id, revision }: Repository, path: string): string =>
  `${withoutSlash(host)}/${id}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`;

export const listingUrl = (host: string, { id, revision }: Repository): string =>
  `${withoutSlash(host)}/api/models/${id}/tree/${encodeURIComponent(revision)}?recursive=true`;

/** Entries of a hub's listing, as parsed JSON. Throws `HostFailure` for anything else: a captive portal, say. */
export function parseListing(json: unknown): HubFile[] {
  if (!Array.isArray(json)) throw new HostFailure('refused', 'no list of files');
  return (json as unknown[]).filter(isEntry).map(({ path, size, lfs }) => ({
    path,
    sizeBytes: lfs?.size ?? size,
    sha256: lfs && /^[0-9a-f]{64}$/.test(lfs.oid) ? lfs.oid : null,
  }));
}

interface Entry {
  type: 'file';
  path: string;
  size: number;
  lfs?: { oid: string; size: number };
}

function isEntry(value: unknown): value is Entry {
  const entry = value as Partial<Entry> | null;
  if (entry?.type !== 'file' || typeof entry.path !== 'string' || !isSize(entry.size)) return false;
  return entry.lfs === undefined || (typeof entry.lfs.oid === 'string' && isSize(entry.lfs.size));
}

const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
