/**
 * Caption files beside recordings. In: files that were dropped together, or lie in one folder. Out: recordings, each
 * with the captions that are named like it. Goes by names only, so that nothing has to be read.
 */

const CAPTION_NAME = /\.(srt|vtt|ass|ssa|lrc|ttml|dfxp)$/i;

export const isCaptionName = (name: string): boolean => CAPTION_NAME.test(name);

export interface Paired<T> {
  file: T;
  sidecars: T[];
}

/**
 * `talk.srt`, `talk.en.srt` and `talk.mp4.srt` belong to `talk.mp4`. What is named like none belongs to the recording
 * where there is but one; else it stands alone, so that it is not lost without a word.
 */
export function pairSidecars<T extends { name: string }>(files: readonly T[]): Paired<T>[] {
  const recordings = files
    .filter(({ name }) => !isCaptionName(name))
    .map((file) => ({ file, sidecars: [] as T[] }));
  const alone: Paired<T>[] = [];
  for (const captions of files.filter(({ name }) => isCaptionName(name))) {
    const owner = ownerOf(captions.name, recordings) ?? (recordings.length === 1 ? recordings[0] : undefined);
    if (owner) owner.sidecars.push(captions);
    else alone.push({ file: captions, sidecars: [] });
  }
  return [...recordings, ...alone];
}

/** Of `talk.mp4` and `talk.part2.mp4`, `talk.part2.en.srt` belongs to the longer name. */
function ownerOf<T extends { name: string }>(
  captionName: string,
  recordings: Paired<T>[],
): Paired<T> | undefined {
  const named = recordings.filter(({ file }) => isNamedLike(captionName, file.name));
  return named.sort((a, b) => stemOf(b.file.name).length - stemOf(a.file.name).length)[0];
}

export function isNamedLike(captionName: string, recordingName: string): boolean {
  const caption = stemOf(captionName).toLowerCase();
  const recording = stemOf(recordingName).toLowerCase();
  return isCaptionName(captionName) && (caption === recording || caption.startsWith(`${recording}.`));
}

const stemOf = (name: string): string => name.replace(/(?!^)\.[^.]*$/, '');

/** Of one recording among all the files. */
export const sidecarsOf = <T extends { name: string }>(recording: T, files: readonly T[]): T[] =>
  pairSidecars(files).find(({ file }) => file === recording)?.sidecars ?? [];
