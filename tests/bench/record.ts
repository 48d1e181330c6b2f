/**
 * The browser is killed while it records, at random moments: how much of the sound is missing afterwards. Chromium's fake
 * microphone beeps; what is on disk is counted in the next browser on the same profile. `--kills 10`, `--seconds 12` at
 * the most before a kill.
 */
import { join } from 'node:path';
// Random moments are what is measured here: nothing waits for a state by the clock.
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import {
  openRecordingApp,
  readJournal,
  recordedSeconds,
  startRecording,
  untilRecorded,
} from '../fixtures/recording-app';

/** The promise. */
const MOST_MISSING_SECONDS = 1;
const LOOKS = 40;
const LOOK_MS = 50;

const OPTIONS = {
  kills: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '12' },
} as const;

export const benchmark: Benchmark = {
  title: 'Record: seconds of sound that are missing after the browser was killed while it recorded',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    await using server = await openServer({ folder: appFolder });
    const rows: { kill: number; 'recorded, s': number; 'kept, s': number; 'missing, s': number }[] = [];
    for (let kill = 1; kill <= Number(values.kills); kill++) {
      const profile = join(scratchFolder, `record-${kill}`);
      const first = await openRecordingApp({ url: server.url, profile });
      await startRecording(first.page);
      await untilRecorded(first.page, 1);
      // What is shown is on disk, at most a flush late: the earliest beginning that a look tells is the true one.
      let beganAt = Infinity;
      for (let look = 0; look < LOOKS; look++) {
        beganAt = Math.min(beganAt, Date.now() - 1000 * (await recordedSeconds(first.page)));
        await after(LOOK_MS);
      }
      await after(Math.random() * 1000 * Number(values.seconds));
      const recorded = ((await first.kill()) - beganAt) / 1000;

      const second = await openRecordingApp({ url: server.url, profile });
      const kept = await keptSeconds(second.page);
      await second.close();
      const row = {
        kill,
        'recorded, s': Number(recorded.toFixed(2)),
        'kept, s': Number(kept.toFixed(2)),
        'missing, s': Number((recorded - kept).toFixed(2)),
      };
      say(JSON.stringify(row));
      rows.push(row);
    }
    const most = Math.max(...rows.map((row) => row['missing, s']));
    return {
      rows,
      summary: { ratio: most / MOST_MISSING_SECONDS, mostMissingSeconds: most },
      holds: most <= MOST_MISSING_SECONDS,
    };
  },
};

async function keptSeconds(page: Parameters<typeof readJournal>[0]): Promise<number> {
  const { record } = await readJournal(page);
  if (record.source.kind !== 'recording') throw new Error('the journal does not know the recording');
  const bytes = await page.evaluate(async (id) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('recordings');
    return (await (await folder.getFileHandle(`${id}.pcm`)).getFile()).size;
  }, record.id);
  return bytes / 2 / record.source.sampleRate;
}
