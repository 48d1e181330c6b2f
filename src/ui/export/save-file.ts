/** Saves text as a file through the browser's own download. The object URL lives for one click. */
import type { ExportFormat } from '../../transcript/export';
import { titleOf } from '../format';

export const FORMAT_NAMES: Record<ExportFormat, string> = {
  txt: 'Plain text',
  srt: 'SRT captions',
  vtt: 'VTT captions',
  json: 'JSON',
  rttm: 'RTTM, speakers',
};

const MEDIA_TYPES: Record<ExportFormat, string> = {
  txt: 'text/plain',
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  json: 'application/json',
  rttm: 'text/plain',
};

/** `holm-02.wav` becomes `holm-02.srt`. */
export const exportName = (recording: string, format: ExportFormat): string =>
  `${titleOf(recording)}.${format}`;

export const saveFile = (name: string, text: string, format: ExportFormat): void =>
  saveText(name, text, MEDIA_TYPES[format]);

export const saveText = (name: string, text: string, mediaType: string): void =>
  saveBlob(name, new Blob([text], { type: `${mediaType};charset=utf-8` }));

export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
