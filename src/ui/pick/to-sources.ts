/** Chosen or dropped files as recordings: a playlist takes the files beside it as its segments, captions go to theirs. Pure. */
import type { JobQueue } from '../../jobs/job-queue';
import { pairSidecars } from '../../jobs/sidecars';

type Sources = Parameters<JobQueue['add']>[0];

export function toSources(files: readonly File[]): Sources {
  const playlists = files.filter((file) => /\.m3u8?$/i.test(file.name));
  const [playlist] = playlists;
  if (playlist && playlists.length === 1) return [{ kind: 'file', file: playlist, siblings: files }];
  return pairSidecars(files).map((paired) => ({ kind: 'file', ...paired }));
}
