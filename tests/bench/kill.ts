/**
 * The browser is killed (SIGKILL, all processes) at random moments of a job in the page, started again on the same
 * profile, and told to go on. Compared: the stored text, times and all, with that of an undisturbed run; and that the
 * checkpoint never moves back, so that at most the batch at hand is repeated. The ratio is kills survived to kills.
 * `--minutes 20`, `--kills 30`, `--per-job 5` (kills of one job, one after the other), `--seed 1`, `--file PATH`.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
// Random moments are what is measured here: nothing waits for a state by the clock.
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { openKillableApp, readStored, type KillableApp, type Stored } from '../fixtures/killable-app';
import { createRandom } from '../fixtures/random';
import { readWav } from '../fixtures/wav';
import { writeVariedSpeech } from './varied-speech';

const CLIP = 'tests/fixtures/jfk.wav';
/** How often the journal is looked at while a job runs. */
const LOOK_MS = 200;

const OPTIONS = {
  minutes: { type: 'string', default: '20' },
  kills: { type: 'string', default: '30' },
  'per-job': { type: 'string', default: '5' },
  seed: { type: 'string', default: '1' },
  file: { type: 'string' },
} as const;

export const benchmark: Benchmark = {
  title: 'Kill: a job whose browser is killed at random moments, against an undisturbed run',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const random = createRandom(Number(values.seed));
    const path = values.file ? resolve(values.file) : join(scratchFolder, 'speech.wav');
    if (!values.file) {
      await writeVariedSpeech(path, readWav(await readFile(CLIP)), Number(values.minutes) * 60, random);
    }
    await using server = await openServer({ folder: appFolder });

    const began = performance.now();
    const calm = await openKillableApp(server.url, join(scratchFolder, 'calm'));
    await choose(calm, path);
    const expected = await untilDone(calm);
    await calm.close();
    const wallSeconds = (performance.now() - began) / 1000;
    const { durationSeconds, batches } = expected.record;
    say(`undisturbed: ${Math.round(durationSeconds!)} s in ${wallSeconds.toFixed(1)} s, ${batches} batches`);

    const kills = Number(values.kills);
    const perJob = Number(values['per-job']);
    let [survived, done, steppedBack, again, repeated] = [0, 0, 0, 0, 0];
    const moments: number[] = [];
    for (let job = 0; done < kills; job++) {
      const waits = spread(Math.min(perJob, kills - done), wallSeconds, random);
      /** In the middle of the job: one that was done already has nothing to lose. */
      let count = 0;
      const profile = join(scratchFolder, `job-${job}`);
      let app = await openKillableApp(server.url, profile);
      await choose(app, path);
      for (const wait of waits) {
        const last = await watchFor(app, wait * 1000);
        await app.kill();
        app = await openKillableApp(server.url, profile);
        const found = (await readStored(app.page))!.record;
        if (found.outcome.kind === 'done') break;
        count++;
        moments.push(found.checkpoint.seconds);
        if (found.checkpoint.seconds < last.checkpoint.seconds) steppedBack++;
        say(
          `killed at ${last.checkpoint.seconds.toFixed(1)} s, goes on from ${found.checkpoint.seconds.toFixed(1)} s`,
        );
        if (await goOn(app, path)) again++;
      }
      const end = await untilDone(app);
      await app.close();
      done += count;
      const same = JSON.stringify(end.text) === JSON.stringify(expected.text);
      repeated += end.record.batches - batches;
      if (same) survived += count;
      say(`job ${job + 1}: ${same ? 'the same text' : 'ANOTHER TEXT'}, ${end.record.batches} batches`);
    }
    const ratio = survived / kills;
    return {
      rows: [
        {
          kills,
          'same text': survived,
          'checkpoint moved back': steppedBack,
          'batches stored twice': repeated,
          'file chosen again': again,
        },
      ],
      summary: {
        ratio,
        kills,
        survived,
        steppedBack,
        repeatedBatches: repeated,
        chosenAgain: again,
        file: basename(path),
        audioSeconds: durationSeconds,
        wallSeconds,
        batches,
        moments,
      },
      holds: ratio === 1 && steppedBack === 0 && repeated === 0,
    };
  },
};

const choose = (app: KillableApp, path: string): Promise<void> =>
  app.page.locator('main input[type=file]').first().setInputFiles(path);

/** Random moments of a job, as the seconds from one to the next. */
function spread(count: number, wallSeconds: number, random: () => number): number[] {
  const moments = Array.from({ length: count }, () => random() * wallSeconds).sort((a, b) => a - b);
  return moments.map((moment, index) => moment - (moments[index - 1] ?? 0));
}

/** Looks at the journal until the time is over, at least until the job is in it. Resolves with the last look. */
async function watchFor(app: KillableApp, ms: number): Promise<Stored['record']> {
  const end = performance.now() + ms;
  for (;;) {
    const stored = await readStored(app.page);
    const left = end - performance.now();
    if (stored && left <= 0) return stored.record;
    await after(Math.max(1, Math.min(LOOK_MS, left)));
  }
}

/** True where the file had to be chosen again, because its copy was not whole yet. */
async function goOn(app: KillableApp, path: string): Promise<boolean> {
  const { page } = app;
  const { source } = (await readStored(page))!.record;
  if (source.kind !== 'chosen') {
    await page.getByRole('button', { name: 'Go on' }).click();
    return false;
  }
  await page.getByRole('region', { name: 'Recent transcripts' }).getByRole('link').first().click();
  const notice = page.getByRole('article').filter({ hasText: /cut off|not begun/ });
  await notice.locator('input[type=file]').setInputFiles(path);
  return true;
}

async function untilDone(app: KillableApp): Promise<Stored> {
  for (;;) {
    const stored = await readStored(app.page);
    if (stored?.record.outcome.kind === 'done') return stored;
    if (stored && stored.record.outcome.kind !== 'unfinished')
      throw new Error(`the job ended: ${JSON.stringify(stored.record.outcome)}`);
    await after(LOOK_MS);
  }
}
