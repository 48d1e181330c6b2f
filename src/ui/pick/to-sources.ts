/** Chosen or dropped files as recordings: a playlist takes the files beside it as its segments, captions go to theirs. Pure. */
import { pairSidecars } from '../../jobs/sidecars';
import type { FileSource } from '../../media/source';

export function toSources(files: readonly FileSource[]): FileSource[] {
  const playlists = files.filter(({ file }) => /\.m3u8?$/i.test(file.name));
  const [playlist] = playlists;
  if (playlist && playlists.length === 1) return [{ ...playlist, siblings: files.map(({ file }) => file) }];
  const named = files.map((source) => ({ name: source.file.name, source }));
  return pairSidecars(named).map(({ file, sidecars }) => ({
    ...file.source,
    sidecars: sidecars.map(({ source }) => source.file),
  }));
}
