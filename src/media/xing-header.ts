/**
 * The first frame of many MP3 files holds no sound but facts: how many frames follow, and how many samples the encoder
 * added at both ends (the LAME tag: http://gabriel.mp3-tech.org/mp3infotag.html). In: that frame. Out: the facts.
 */

export interface XingHeader {
  /** Null where the header does not say. */
  frames: number | null;
  /** Samples that the encoder added before and after the sound; null without a LAME tag. */
  encoderDelay: number | null;
  encoderPadding: number | null;
}

/** An MP3 decoder puts out this many samples before the first one that was encoded. */
export const DECODER_DELAY_SAMPLES = 529;

const FRAME_COUNT_FLAG = 1;
const OPTIONAL_FIELDS: [flag: number, sizeBytes: number][] = [
  [FRAME_COUNT_FLAG, 4],
  [2, 4],
  [4, 100],
  [8, 4],
];
/** Of the delays within the tag. */
const DELAY_OFFSET = 21;

/** Null where the frame is an ordinary one. */
export function parseXingHeader(frame: Uint8Array): XingHeader | null {
  const text = String.fromCharCode(...frame.subarray(0, 64));
  const vbri = text.indexOf('VBRI');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (vbri > 0 && vbri + 18 <= frame.length)
    return { frames: view.getUint32(vbri + 14), encoderDelay: null, encoderPadding: null };
  const start = Math.max(text.indexOf('Xing'), text.indexOf('Info'));
  if (start < 0 || start + 8 > frame.length) return null;
  const flags = view.getUint32(start + 4);
  let at = start + 8;
  let frames: number | null = null;
  for (const [flag, sizeBytes] of OPTIONAL_FIELDS) {
    if ((flags & flag) === 0 || at + sizeBytes > frame.length) continue;
    if (flag === FRAME_COUNT_FLAG) frames = view.getUint32(at);
    at += sizeBytes;
  }
  const tagged = at + DELAY_OFFSET + 3 <= frame.length && frame[at] !== 0;
  const delays = tagged ? (view.getUint16(at + DELAY_OFFSET) << 8) | frame[at + DELAY_OFFSET + 2]! : 0;
  return {
    frames,
    encoderDelay: tagged ? delays >> 12 : null,
    encoderPadding: tagged ? delays & 0xfff : null,
  };
}
