/**
 * Live text against the same speech as a file. Chromium's fake microphone plays the recordings of `../shared/audio` whose
 * words are known, one after the other; settled text is looked for in the journal. Two promises: its word error rate is at
 * most 5 points above the file's, and it is settled at most 6 s after it was spoken.
 * `--audio DIR` with a manifest.json of `file` and `text`, `--most N` recordings.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
// Speech takes its time: the journal is looked at until all of it has been played.
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { SAMPLE_RATE } from '../../src/lib/units';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { chromiumLaunchOptions } from '../../tools/setup/chromium.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { openRecordingApp, readJournal, recordedSeconds, startRecording } from '../fixtures/recording-app';
import { wavOf } from '../fixtures/wav';
import { wordErrors } from '../fixtures/word-errors';
import { decodedSamples } from './decoded-samples';

const MOST_POINTS = 0.05;
const MOST_SECONDS = 6;
const PAUSE_SECONDS = 1.2;
const LOOK_MS = 200;
/** After the last word, for what is still being settled. */
const AFTERWARDS_SECONDS = 8;

const OPTIONS = {
  audio: { type: 'string', default: '../shared/audio' },
  most: { type: 'string', default: '1000' },
} as const;

export const benchmark: Benchmark = {
  title: 'Live: settled text of a recording under way, against the same speech as a file',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const audio = resolve(values.audio);
    const listed = JSON.parse(await readFile(join(audio, 'manifest.json'), 'utf8')) as {
      file: string;
      seconds: number;
      text?: string;
    }[];
    const clips = listed.filter(({ text, seconds }) => text && seconds <= 30).slice(0, Number(values.most));
    await using server = await openServer({ folder: appFolder, mounts: { '/audio/': `${scratchFolder}/` } });
    const path = join(scratchFolder, 'speech.wav');
    const seconds = await joinRecordings(
      clips.map(({ file }) => join(audio, file)),
      path,
      server.url,
      scratchFolder,
    );
    const reference = clips.map(({ text }) => text).join(' ');
    say(`${clips.length} recordings, ${seconds.toFixed(0)} s`);

    await using page = await AppPage.open({ url: server.url, gpu: 'none' });
    const file = await page.transcribe(path, { settings: DEFAULT_SETTINGS, onProgress: () => undefined });
    await page.close();

    const app = await openRecordingApp({
      url: server.url,
      profile: join(scratchFolder, 'live'),
      wavPath: path,
    });
    await startRecording(app.page);
    const delays: number[] = [];
    const texts: string[] = [];
    let beganAt = Infinity;
    for (let until = Infinity; Date.now() < until; await after(LOOK_MS)) {
      beganAt = Math.min(beganAt, Date.now() - 1000 * (await recordedSeconds(app.page)));
      until = beganAt + 1000 * (seconds + AFTERWARDS_SECONDS);
      const segments = (await readJournal(app.page)).batches.flatMap((batch) => batch.segments);
      const seenAt = Date.now();
      for (const { endSeconds, text } of segments.slice(texts.length)) {
        texts.push(text);
        delays.push((seenAt - beganAt) / 1000 - endSeconds);
      }
    }
    await app.close();

    const rate = (text: string) => {
      const { errors, words } = wordErrors(reference, text);
      return errors / words;
    };
    const [ofFile, live] = [rate(file.outputs.txt), rate(texts.join(' '))];
    const sorted = delays.toSorted((a, b) => a - b);
    const share = (part: number) => Number(sorted[Math.floor(part * (sorted.length - 1))]!.toFixed(2));
    const within = delays.filter((delay) => delay <= MOST_SECONDS).length / delays.length;
    return {
      rows: [
        {
          seconds: Math.round(seconds),
          'word error rate, file': ofFile.toFixed(3),
          'word error rate, live': live.toFixed(3),
          segments: delays.length,
          'settled after, s: median': share(0.5),
          '95 %': share(0.95),
          most: share(1),
        },
      ],
      summary: { ratio: live / ofFile, pointsAbove: live - ofFile, mostSeconds: share(1), within },
      holds: live - ofFile <= MOST_POINTS && share(1) <= MOST_SECONDS,
    };
  },
};

/** One WAV of all recordings with a pause after each. Resolves with its length. */
async function joinRecordings(
  paths: string[],
  target: string,
  url: string,
  scratchFolder: string,
): Promise<number> {
  const browser = await chromium.launch(chromiumLaunchOptions({ gpu: 'none' }));
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const parts: Float32Array[] = [];
    for (const path of paths) {
      const bytes = await decodedSamples(page, path, scratchFolder);
      parts.push(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
      parts.push(new Float32Array(PAUSE_SECONDS * SAMPLE_RATE));
    }
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    await writeFile(target, wavOf(all));
    return all.length / SAMPLE_RATE;
  } finally {
    await browser.close();
  }
}
