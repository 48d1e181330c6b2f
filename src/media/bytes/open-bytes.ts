/** From a source to its bytes: the one place that knows what kinds of sources there are. Who opens closes. */
import type { Source } from '../source';
import { fileBytes, type ByteSource } from './byte-source';

export function openBytes(source: Source): ByteSource {
  return fileBytes(source.file, source.file.name);
}
