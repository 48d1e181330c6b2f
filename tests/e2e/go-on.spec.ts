/** A job that is cut off goes on where it was, and ends with the text of one that was not. */
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as plain } from '@playwright/test';
import { openKillableApp, readStored } from '../fixtures/killable-app';
import { ROOT } from '../../tools/setup/command.mjs';
import { test } from './app';
import { choose, clip, repeatedClip, segments, written } from './recordings';

plain(
  'the browser is killed twice: the job goes on, and its text is that of an undisturbed run',
  async ({}, info) => {
    plain.setTimeout(180_000);
    const url = process.env.LONGHAND_E2E_URL!;
    const recording = await repeatedClip(7);

    const calm = await openKillableApp(url, info.outputPath('calm'));
    await choose(calm.page, recording);
    await written(calm.page);
    const expected = await readStored(calm.page);
    await calm.close();

    const profile = info.outputPath('killed');
    let app = await openKillableApp(url, profile);
    await choose(app.page, recording);
    let batches = 0;
    for (let kill = 0; kill < 2; kill++) {
      await expect
        .poll(async () => (await readStored(app.page))?.record.batches ?? 0, {
          intervals: [20],
          timeout: 60_000,
        })
        .toBeGreaterThan(batches);
      const before = (await readStored(app.page))!.record;
      await app.kill();
      app = await openKillableApp(url, profile);
      const after = (await readStored(app.page))!.record;
      expect(after.checkpoint.seconds).toBeGreaterThanOrEqual(before.checkpoint.seconds);
      expect(after.outcome).toEqual({ kind: 'unfinished' });
      batches = after.batches;
      await expect(app.page.getByRole('article', { name: 'Cut off' })).toContainText(
        /“long” was cut off at 0:\d\d/,
      );
      await app.page.getByRole('button', { name: 'Go on' }).click();
      await expect(app.page.getByRole('article', { name: 'Cut off' })).toBeHidden();
    }
    await expect
      .poll(async () => (await readStored(app.page))?.record.outcome.kind, { timeout: 90_000 })
      .toBe('done');
    const done = await readStored(app.page);
    await app.close();
    expect(done!.text).toEqual(expected!.text);
    // No batch was stored twice, and they grew as they would have.
    expect(done!.record).toMatchObject({ batches: expected!.record.batches });
    expect(done!.record.checkpoint).toEqual(expected!.record.checkpoint);
  },
);

test('a page that crashes, and one that is reloaded, find their recording again', async ({
  page,
  context,
}) => {
  await page.goto('/');
  await choose(page, await repeatedClip(40));
  await segments(page).first().waitFor();
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;

  const again = await context.newPage();
  await again.goto('/');
  await again.getByRole('button', { name: 'Go on' }).click();
  await again.getByRole('region', { name: 'Recent transcripts' }).getByRole('link').first().click();
  const before = await segments(again).count();
  await expect.poll(() => segments(again).count(), { timeout: 30_000 }).toBeGreaterThan(before);

  await again.reload();
  const notice = again.getByRole('article', { name: 'Cut off' });
  await expect(notice).toContainText('the page was closed or broke down');
  await notice.getByRole('button', { name: /^Go on from 0:\d\d/ }).click();
  await expect(again.getByRole('button', { name: /^Stop and keep/ })).toBeVisible();
  await again.getByRole('button', { name: /^Stop and keep/ }).click();
  await expect(again.getByRole('article', { name: 'Stopped' })).toBeVisible();
});

test('a recording that another tab writes is told so, and is free when that tab closes', async ({
  page,
  context,
}) => {
  await page.goto('/');
  await choose(page, await repeatedClip(60));
  await segments(page).first().waitFor();
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('article', { name: 'In another tab' })).toBeVisible();
  await page.close();
  await expect(other.getByRole('article', { name: 'Cut off' })).toBeVisible();
});

plain(
  'npm and its browser are killed: the same command line goes on, and does nothing twice',
  async ({}, info) => {
    plain.setTimeout(180_000);
    const long = info.outputPath('long.wav');
    await writeFile(long, (await repeatedClip(7)).buffer);
    const short = info.outputPath('short.wav');
    await writeFile(short, (await clip()).buffer);
    const state = info.outputPath('state');
    const line = (out: string, ...more: string[]) => [
      short,
      long,
      '--format',
      'json',
      '--backend',
      'wasm',
      '--out',
      info.outputPath(out),
      ...more,
    ];
    const calm = await transcribe(line('calm')).ended;
    expect(calm.code, calm.stderr).toBe(0);

    const report = info.outputPath('report.json');
    const killed = transcribe(line('killed', '--resume', state));
    await killed.said(/long\.wav: 0:\d\d of 1:17/);
    killed.kill();
    await killed.ended;
    const entries = async () => {
      const name = (await readdir(state)).find((each) => each.startsWith('long'))!;
      return (await readFile(join(state, name), 'utf8'))
        .split('\n')
        .filter((each) => each.includes('"entry"'));
    };
    const before = (await entries()).length;
    expect(before).toBeGreaterThan(0);

    const resumed = await transcribe(line('killed', '--resume', state, '--report', report)).ended;
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).not.toContain('short.wav: 0:');
    for (const name of ['short.json', 'long.json']) {
      const read = (folder: string) => readFile(join(info.outputPath(folder), name), 'utf8');
      expect(await read('killed')).toBe(await read('calm'));
    }
    expect((await entries()).length).toBeGreaterThan(before);
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
      files: 2,
      done: 2,
      failed: 0,
      results: [{ name: 'short.wav' }, { name: 'long.wav', outcome: 'done', audioSeconds: 77 }],
    });
  },
);

function transcribe(args: string[]) {
  const child = spawn(process.execPath, ['tools/setup/transcribe.mjs', ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
    for (const listener of listeners) listener();
  });
  return {
    ended: new Promise<{ code: number | null; stderr: string }>((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => done({ code, stderr }));
    }),
    said: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => pattern.test(stderr) && resolve();
        listeners.add(look);
        look();
      }),
    /** The whole group; the browser ends with the pipe it is driven through. */
    kill: () => process.kill(-child.pid!, 'SIGKILL'),
  };
}
