/** A recording as the browser itself decodes it, for benchmarks that need samples and not our own way to them. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Page } from 'playwright';

/** `page` may fetch `/audio/`, where `scratchFolder` is mounted. Resolves with 16 kHz, mono, float32. */
export async function decodedSamples(page: Page, path: string, scratchFolder: string): Promise<Buffer> {
  const name = `original-${basename(path)}`;
  await writeFile(join(scratchFolder, name), await readFile(path));
  const base64 = await page.evaluate(
    async (url) => {
      const bytes = await (await fetch(url)).arrayBuffer();
      const audio = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(bytes);
      const channels = Array.from({ length: audio.numberOfChannels }, (_, i) => audio.getChannelData(i));
      const mono = channels[0]!.map(
        (_, i) => channels.reduce((sum, channel) => sum + channel[i]!, 0) / channels.length,
      );
      const url64 = await new Promise<string>((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result as string);
        reader.readAsDataURL(new Blob([mono]));
      });
      return url64.slice(url64.indexOf(',') + 1);
    },
    `/audio/${encodeURIComponent(name)}`,
  );
  return Buffer.from(base64, 'base64');
}
