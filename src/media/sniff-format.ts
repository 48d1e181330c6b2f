/**
 * Names a format that Longhand cannot read by the bytes it begins with, so that the message can name it too.
 * In: a file. Out: a short name, or null.
 */
import type { ByteSource } from './bytes/byte-source';
import { ByteWindow } from './bytes/byte-window';
import { skipTags } from './tags';

const SIGNATURES: [name: string, offset: number, bytes: string][] = [
  ['AMR-WB', 0, '#!AMR-WB'],
  ['AMR', 0, '#!AMR'],
  ['HLS playlist', 0, '#EXTM3U'],
  ['AIFF', 8, 'AIFF'],
  ['AIFF-C', 8, 'AIFC'],
  ['AVI', 8, 'AVI '],
  ['AC-3', 0, '\x0b\x77'],
  ['AC-3', 0, '\x77\x0b'],
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

/** Containers may hold any codec, whose own mark follows within the first page. */
const INNER_SIGNATURES: [name: string, container: string, bytes: string][] = [['Speex', 'OggS', 'Speex   ']];

export async function sniffFormat(file: ByteSource): Promise<string | null> {
  const window = new ByteWindow(file);
  const bytes = await window.read(await skipTags(window, 0), 512);
  const text = String.fromCharCode(...bytes);
  const outer = SIGNATURES.find(([, offset, signature]) => text.startsWith(signature, offset));
  const inner = INNER_SIGNATURES.find(
    ([, container, mark]) => text.startsWith(container) && text.includes(mark),
  );
  return (outer ?? inner)?.[0] ?? null;
}
