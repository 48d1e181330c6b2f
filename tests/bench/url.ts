/**
 * How much of a recording behind an address has been sent when its first words are written: the server's own count,
 * while it gives ranges. Two hours of MP3 at 64 kbit/s, made of the fixture's frames repeated; `--file PATH` (may be
 * repeated) takes other recordings, of any format.
 */
import { readFile, writeFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { mpegAudio } from '../../src/media/frame-syntax';
import type { Benchmark } from '../../tools/bench/benchmark';
import type { LoggedRequest } from '../../tools/model-server/fault';
import { openModelServer } from '../../tools/model-server/server';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';

const CLIP = 'tests/fixtures/media/stereo-44k.mp3';
const HOURS = 2;
const MOST_SHARE = 0.03;

export const benchmark: Benchmark = {
  title: 'Addresses: the share of a recording that was sent when its first words are written',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: { file: { type: 'string', multiple: true } } });
    const made = join(scratchFolder, 'two-hours.mp3');
    if (!values.file) await writeFile(made, repeatFrames(await readFile(CLIP), HOURS * 3600));
    const rows = [];
    for (const path of (values.file ?? [made]).map((file) => resolve(file))) {
      say(`${basename(path)} …`);
      rows.push(await measure(path, appFolder));
    }
    const ratio = Math.max(...rows.map(({ sentBytes, sizeBytes }) => sentBytes / sizeBytes));
    return { rows, summary: { ratio, bound: MOST_SHARE }, holds: ratio < MOST_SHARE };
  },
};

async function measure(path: string, appFolder: string) {
  const { size: sizeBytes } = await stat(path);
  const media = await openModelServer({ 'owner/media': dirname(path) });
  const sentBytes = async () => {
    const log = (await (await fetch(`${media.url}/log`)).json()) as LoggedRequest[];
    return log.reduce((sum, { fromByte, toByte }) => sum + toByte - fromByte, 0);
  };
  await using server = await openServer({ folder: appFolder });
  await using page = await AppPage.open({ url: server.url, gpu: 'none' });
  const startedAt = performance.now();
  const found: { sentBytes: number; seconds: number; recording: number }[] = [];
  const result = await page.transcribe(
    `${media.url}/owner/media/resolve/main/${encodeURIComponent(basename(path))}`,
    {
      settings: { ...DEFAULT_SETTINGS, backend: 'wasm', threads: 2 },
      async onProgress({ segments, durationSeconds }) {
        if (segments === 0) return;
        const seconds = (performance.now() - startedAt) / 1000;
        found.push({ sentBytes: await sentBytes(), seconds, recording: durationSeconds ?? 0 });
        throw new Error('the first words are there');
      },
    },
  );
  await media.close();
  const [first] = found;
  if (!first) throw new Error(`${path}: no words (${result.error?.message ?? 'no speech was found'})`);
  const { sentBytes: sent, seconds, recording } = first;
  return {
    recording: basename(path),
    hours: Number((recording / 3600).toFixed(2)),
    sizeBytes,
    sentBytes: sent,
    'sent %': Number(((100 * sent) / sizeBytes).toFixed(2)),
    'seconds to first words': Number(seconds.toFixed(1)),
  };
}

/** The sound frames of an MP3, without tags and header, again and again. */
function repeatFrames(file: Buffer, seconds: number): Buffer {
  const frames: Buffer[] = [];
  let clipSeconds = 0;
  for (let at = 0; at < file.length;) {
    const header = mpegAudio(file, at);
    if (!header) at += 1;
    else {
      const frame = file.subarray(at, at + header.sizeBytes);
      at += header.sizeBytes;
      if (frame.includes('Info') || frame.includes('Xing')) continue;
      frames.push(frame);
      clipSeconds += header.samples / header.sampleRate;
    }
  }
  const clip = Buffer.concat(frames);
  return Buffer.concat(Array<Buffer>(Math.ceil(seconds / clipSeconds)).fill(clip));
}
