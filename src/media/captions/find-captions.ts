/**
 * Captions that came with a recording, before anything is decoded. In: its bytes, and files that came with it. Out: every
 * track found. What cannot be read is no failure: then there are no captions, and the sound is still there.
 */
import type { ByteSource } from '../bytes/byte-source';
import { ByteWindow } from '../bytes/byte-window';
import { readCaptionFile } from './caption-file';
import type { FoundCaptions } from './cue';
import { readHlsCaptions } from './hls-captions';
import { readIsobmffCaptions } from './isobmff-captions';
import { LONGEST_SEARCH_MS, startSearchClock, type SearchClock } from './limits';
import { readMatroskaCaptions } from './matroska-captions';

const MOST_SIDECARS = 16;
/** Of a file on disk: reading jumps from header to header. */
const PIECE_BYTES = 64 * 1024;

/** Throws only `signal.reason`, or what reading itself throws: the file is gone. */
export async function findCaptions(
  bytes: ByteSource,
  sidecars: readonly File[],
  signal: AbortSignal,
): Promise<FoundCaptions> {
  const clock = startSearchClock(LONGEST_SEARCH_MS, signal);
  const beside = [];
  for (const file of sidecars.slice(0, MOST_SIDECARS)) {
    signal.throwIfAborted();
    const track = await readCaptionFile(file);
    if (track) beside.push(track);
  }
  const inside = await findInside(bytes, clock);
  return { ...inside, tracks: [...beside, ...inside.tracks] };
}

async function findInside(bytes: ByteSource, clock: SearchClock): Promise<FoundCaptions> {
  // What can be read but once belongs to the sound.
  if (!Number.isFinite(bytes.sizeBytes)) return NONE;
  const stream = await readHlsCaptions(bytes, clock);
  if (stream) return stream;
  const reader = new ByteWindow(bytes, bytes.blob ? PIECE_BYTES : bytes.pieceBytes);
  return (await readIsobmffCaptions(reader, clock)) ?? (await readMatroskaCaptions(reader, clock)) ?? NONE;
}

const NONE: FoundCaptions = { tracks: [], soundLanguage: null, durationSeconds: null };
