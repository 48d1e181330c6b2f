/**
 * Names a format that Longhand cannot read by the bytes it begins with, so that the message can name it too.
 * In: a file. Out: a short name, or null.
 */

const SIGNATURES: [name: string, offset: number, bytes: string][] = [
  ['AMR-WB', 0, '#!AMR-WB'],
  ['AMR', 0, '#!AMR'],
  ['HLS playlist', 0, '#EXTM3U'],
  ['AIFF', 8, 'AIFF'],
  ['AIFF-C', 8, 'AIFC'],
  ['AVI', 8, 'AVI '],
  ['AC-3', 0, '\x0b\x77'],
  ['CAF', 0, 'caff'],
  ["Monkey's Audio", 0, 'MAC '],
  ['Windows Media', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['DSD (DSDIFF)', 0, 'FRM8'],
  ['DSD', 0, 'DSD '],
  ['MIDI', 0, 'MThd'],
  ['Musepack', 0, 'MP+'],
  ['Musepack', 0, 'MPCK'],
  ['MXF', 0, '\x06\x0e\x2b\x34'],
  ['MPEG program stream', 0, '\x00\x00\x01\xba'],
  ['TAK', 0, 'tBaK'],
  ['WavPack', 0, 'wvpk'],
  ['WebVTT subtitles', 0, 'WEBVTT'],
  ['Flash video', 0, 'FLV'],
];

export async function sniffFormat(file: Blob): Promise<string | null> {
  const bytes = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  const text = String.fromCharCode(...bytes);
  return SIGNATURES.find(([, offset, signature]) => text.startsWith(signature, offset))?.[0] ?? null;
}
