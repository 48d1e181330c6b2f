/** Where a transcript goes. In: input files and a format. Out: one path in the output folder for each, all different. */
import { basename, extname, join } from 'node:path';
import { addressName, parseAddress } from '../../src/lib/address';
import type { ExportFormat } from '../../src/transcript/export';

/**
 * `talk.mp3` becomes `talk.srt`; of two files that would share a name, the second keeps its ending (`talk.wav.srt`)
 * and further ones get a number. Compared without case: some disks know none.
 */
export function resultPaths(files: readonly string[], format: ExportFormat, folder: string): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const address = parseAddress(file);
    // What an address names may hold what no path may.
    const name = address ? addressName(address).replace(/[/\\:*?"<>|\0]/g, '_') : basename(file);
    const stem = basename(name, extname(name)) || name;
    let candidate = `${stem}.${format}`;
    if (taken.has(candidate.toLowerCase())) candidate = `${name}.${format}`;
    for (let number = 2; taken.has(candidate.toLowerCase()); number++)
      candidate = `${name}-${number}.${format}`;
    taken.add(candidate.toLowerCase());
    return join(folder, candidate);
  });
}
