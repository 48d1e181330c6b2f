/**
 * One block of a Matroska text track becomes a cue. In: its payload and times. Out: cues added to a list.
 * Source: RFC 9559, section 10; https://www.matroska.org/technical/subtitles.html.
 */
import { unzlibSync } from 'fflate';
import { addCue } from './cue-blocks';
import type { CueList } from './cue-list';
import { MOST_SAMPLE_BYTES } from './limits';
import { TEXT_CODECS, type Compression, type MatroskaTrack } from './matroska-tracks';
import { readSubStationBlock } from './sub-station';
import { decodeText } from './text-encoding';

interface BlockTimes {
  startSeconds: number;
  endSeconds: number | null;
}

export function readBlockText(
  track: MatroskaTrack,
  payload: Uint8Array,
  times: BlockTimes,
  cues: CueList,
): void {
  const bytes = restore(payload, track.compression);
  if (!bytes) return;
  const text = decodeText(bytes);
  const format = TEXT_CODECS[track.codec];
  if (format === 'SubStation Alpha') readSubStationBlock(text, times, cues);
  else if (format === 'SubRip') addCue(cues, format, { ...times, text });
  // WebM's own begins with an identifier and settings, each on a line.
  else if (format === 'WebVTT')
    addCue(cues, format, {
      ...times,
      text: track.codec.startsWith('D_') ? text.replace(/^.*\n.*\n/, '') : text,
    });
}

function restore(payload: Uint8Array, compression: Compression): Uint8Array | null {
  switch (compression.kind) {
    case 'none':
      return payload;
    case 'prefix': {
      const whole = new Uint8Array(compression.bytes.length + payload.length);
      whole.set(compression.bytes);
      whole.set(payload, compression.bytes.length);
      return whole;
    }
    case 'zlib':
      try {
        // A buffer of its own keeps a bomb from growing one.
        return unzlibSync(payload, { out: new Uint8Array(MOST_SAMPLE_BYTES) });
      } catch {
        return null;
      }
    case 'unreadable':
      return null;
  }
}
