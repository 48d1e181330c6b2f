/**
 * How long a person waits on the page for another number of speakers, with an hour of voices and text stored: from the
 * choice in the panel to the names in the text. In: the address of the app. Out: milliseconds for each change, of the turns alone
 * (in Node) and of all of it (on the page).
 */
import { chromium } from 'playwright';
import { createRecord } from '../../src/jobs/job';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { labelVoices } from '../../src/speakers/label';
import type { Voices } from '../../src/speakers/voices';
import type { Segment } from '../../src/speech/segment';
import type { JobRecord } from '../../src/transcript/job-record';
import { labelsFromTurns, type SpeakerLabels } from '../../src/transcript/speaker-labels';
import { chromiumLaunchOptions } from '../../tools/setup/chromium.mjs';
import { inventTurns, inventVoices } from '../fixtures/voices';

const HOUR = 3600;
const PEOPLE = 4;

export async function measureDivide(
  url: string,
  repeats: number,
): Promise<{ computeMs: number[]; pageMs: number[] }> {
  const spoken = inventTurns(PEOPLE, HOUR);
  const voices = inventVoices(spoken);
  const choice = { count: PEOPLE, distance: 0 };
  const labels = labelsFromTurns(labelVoices(voices, choice), {
    kind: 'voices',
    method: 'simple',
    ...choice,
  });
  const computeMs = Array.from({ length: repeats }, (_, i) => {
    const begun = performance.now();
    labelVoices(voices, { count: 2 + (i % 3), distance: 0 });
    return performance.now() - begun;
  });
  const file = new File(['x'], 'hour.wav');
  const record = {
    ...createRecord({ kind: 'file', file }, DEFAULT_SETTINGS),
    durationSeconds: HOUR,
    batches: 1,
    lastText: 'End.',
    outcome: { kind: 'done' as const },
  };
  const segments = spoken.map(({ startSeconds, endSeconds }, i) => ({
    startSeconds,
    endSeconds,
    text: `These are the words of turn number ${i}, as they were said.`,
    noSpeechProbability: 0,
    averageLogProbability: -0.2,
    chunkIndex: i,
  }));
  const browser = await chromium.launch(chromiumLaunchOptions({ gpu: 'none' }));
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    // Playwright's types do not see that all of it is plain.
    const hour: unknown = { record, segments, voices: plainOf(voices), labels };
    await page.evaluate(storeHour as (hour: unknown) => Promise<void>, hour);
    await page.goto(`${url}#/job/${record.id}`);
    await page.reload();
    await page.getByRole('button', { name: 'Speakers', exact: true }).click();
    const times: number[] = [];
    for (let i = 0; i < repeats; i++) times.push(await page.evaluate(divide, 2 + (i % 3)));
    return { computeMs, pageMs: times };
  } finally {
    await browser.close();
  }
}

/** What crosses into the page as JSON. */
function plainOf(voices: Voices) {
  const { embeddings, stretches, owners, windows, speech, tree, ...rest } = voices;
  return {
    ...rest,
    embeddings: [...embeddings],
    stretches: [...stretches],
    owners: [...owners],
    windows: [...windows],
    speech: [...speech],
    merges: tree.merges,
    leaves: [...tree.leaves],
  };
}

interface Hour {
  record: JobRecord;
  segments: readonly Segment[];
  voices: ReturnType<typeof plainOf>;
  labels: SpeakerLabels;
}

/** Runs in the page. */
async function storeHour({ record, segments, voices: plain, labels }: Hour): Promise<void> {
  const { leaves, merges, ...rest } = plain;
  const voices = {
    ...rest,
    embeddings: Int8Array.from(rest.embeddings),
    stretches: Float64Array.from(rest.stretches),
    owners: Int32Array.from(rest.owners),
    windows: Int32Array.from(rest.windows),
    speech: Float64Array.from(rest.speech),
    tree: { merges, leaves: Int32Array.from(leaves) },
  };
  const database = await new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open('longhand-transcripts');
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(new Error('no database'));
  });
  const transaction = database.transaction('transcripts', 'readwrite');
  const store = transaction.objectStore('transcripts');
  store.put(record, `job:${record.id}`);
  store.put({ segments, gaps: [] }, `text:${record.id}:00000000`);
  store.put({ kind: 'done', value: voices }, `stage:${record.id}:voices`);
  store.put({ kind: 'done', value: labels }, `stage:${record.id}:speakers`);
  await new Promise<void>((done) => (transaction.oncomplete = () => done()));
  database.close();
}

/** Runs in the page: milliseconds from the choice to so many names in the panel, and the text drawn with them. */
function divide(count: number): Promise<number> {
  const select = [...document.querySelectorAll<HTMLSelectElement>('.speakers select')].find((each) =>
    each.closest('label')?.textContent?.includes('People who speak'),
  )!;
  return new Promise((done) => {
    const begun = performance.now();
    const observer = new MutationObserver(() => {
      // No named function inside: what tsx makes of those does not exist in the page.
      if (document.querySelectorAll('.speakers li').length !== count) return;
      observer.disconnect();
      // Two frames: what has changed is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
    });
    observer.observe(document.body, { subtree: true, childList: true });
    select.value = String(count);
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
}
