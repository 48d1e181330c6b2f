/** Files made by others, sound and broken (`../shared/media-zoo`): none may hang the reader, or make it throw. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileBytes } from '../../src/media/bytes/byte-source';
import { findCaptions } from '../../src/media/captions/find-captions';

const zoo = new URL('../../../shared/media-zoo/', import.meta.url);

function read(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(new URL(path, zoo)));
  } catch {
    return null;
  }
}

const manifest = read('manifest.tsv');
const paths = manifest
  ? new TextDecoder()
      .decode(manifest)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[0]!)
  : [];

it.skipIf(paths.length === 0)('all are searched, and the captions that ffmpeg sees are found', async () => {
  const found: Record<string, number[]> = {};
  for (const path of paths) {
    const bytes = read(path);
    expect(bytes, path).not.toBeNull();
    const { tracks } = await findCaptions(
      fileBytes(new Blob([bytes!]), path),
      [],
      new AbortController().signal,
    );
    if (tracks.length > 0) found[path] = tracks.map(({ cues }) => cues.length);
  }
  expect(found).toEqual({
    'mkv/exo-sample_with_ass_subtitles.mkv': [1],
    'mkv/exo-sample_with_srt.mkv': [1],
    'mkv/mm-matroska-test-w1-test5-short.mkv': [1, 1, 1, 1, 1, 1, 1],
    'mp4/exo-1111f8-sample.text.mp4': [3],
  });
});
