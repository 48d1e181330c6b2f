/**
 * One sample of an MP4 text track becomes cues. In: its bytes and times in seconds. Out: cues added to a list.
 * Sources: 3GPP TS 26.245 (tx3g), ISO/IEC 14496-30 (wvtt, stpp), QuickTime File Format (text).
 */
import { dataView, latin1 } from './byte-views';
import type { CaptionFormat } from './cue';
import { addCue } from './cue-blocks';
import type { CueList } from './cue-list';
import { decodeText } from './text-encoding';
import { readTimedText } from './timed-text';

/** By the type of the sample entry. */
export const TEXT_FORMATS: Record<string, CaptionFormat> = {
  tx3g: '3GPP timed text',
  text: '3GPP timed text',
  wvtt: 'WebVTT',
  stpp: 'TTML',
};

interface SampleTimes {
  startSeconds: number;
  endSeconds: number;
}

export function readSampleText(type: string, bytes: Uint8Array, times: SampleTimes, cues: CueList): void {
  if (type === 'wvtt') {
    for (const text of webVttTexts(bytes)) addCue(cues, 'WebVTT', { ...times, text });
  } else if (type === 'stpp') {
    readTimedText(decodeText(bytes), cues);
  } else if (bytes.length >= 2) {
    const length = dataView(bytes).getUint16(0);
    cues.add({ ...times, text: decodeText(bytes.subarray(2, 2 + length)) });
  }
}

/** `vttc` boxes are cues of this sample, each with its text in `payl`; `vtte` says that there is none. */
function webVttTexts(bytes: Uint8Array): string[] {
  return boxesIn(bytes)
    .filter(([type]) => type === 'vttc')
    .flatMap(([, cue]) => boxesIn(cue))
    .filter(([type]) => type === 'payl')
    .map(([, text]) => new TextDecoder().decode(text));
}

function boxesIn(bytes: Uint8Array): [type: string, body: Uint8Array][] {
  const found: [string, Uint8Array][] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = dataView(bytes).getUint32(at);
    if (size < 8) break;
    found.push([latin1(bytes.subarray(at + 4, at + 8)), bytes.subarray(at + 8, at + size)]);
    at += size;
  }
  return found;
}
