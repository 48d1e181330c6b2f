/**
 * The built app in a headless browser. In: its address, and one file by path, which the page reads piece by piece
 * from disk. Out: the page's own result, or a LonghandError where the page died, or gave no sign of life.
 * One page does file after file and keeps its model; after a failure of the page itself the next file gets a new one.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import type { AutomationSettings } from '../../src/ui/automation/automation';
import { parseAddress } from '../../src/lib/address';
import { LonghandError, toLonghandError } from '../../src/lib/errors';
import type {
  AutomationProgress,
  AutomationResult,
  EarlierRun,
  JournalEntry,
} from '../../src/ui/automation/automation';
import { chromiumLaunchOptions } from '../setup/chromium.mjs';

/**
 * Far above any deadline of the app's own. A graphics card made of software may need minutes for a window, and a model
 * from the network its time before the first text.
 */
const STALL_SECONDS = 120;
const SOFTWARE_GPU_STALL_SECONDS = 15 * 60;
const DOWNLOAD_STALL_SECONDS = 30 * 60;
const CLOSE_LIMIT_MS = 5000;

export interface AppPageOptions {
  /** Address of the served app, with a slash at the end. */
  url: string;
  gpu: 'none' | 'software' | 'hardware';
}

export interface TranscribeOptions {
  /** Paths of caption files that belong to it. */
  sidecars?: readonly string[];
  settings: AutomationSettings;
  /** Called after each batch; the next one waits for it. */
  onProgress: (progress: AutomationProgress) => void | Promise<void>;
  /** Where the page goes on, and where its batches go; without one nothing is kept. */
  journal?: { readonly earlier: EarlierRun | null; append(entry: JournalEntry): Promise<void> };
  /** Loading the model may mean fetching it. */
  downloads?: boolean;
  /** Given up after this long without progress; the default fits the backend. */
  stallSeconds?: number;
}

export class AppPage implements AsyncDisposable {
  #launch: () => Promise<Browser>;
  #browser: Browser;
  #url: string;
  #stallSeconds: number;
  #context: BrowserContext | null = null;
  #page: Page | null = null;
  #onProgress: TranscribeOptions['onProgress'] = () => undefined;
  #journal: TranscribeOptions['journal'];

  private constructor(launch: () => Promise<Browser>, browser: Browser, { url, gpu }: AppPageOptions) {
    this.#launch = launch;
    this.#browser = browser;
    this.#url = url;
    this.#stallSeconds = gpu === 'software' ? SOFTWARE_GPU_STALL_SECONDS : STALL_SECONDS;
  }

  static async open(options: AppPageOptions): Promise<AppPage> {
    const launchOptions = chromiumLaunchOptions({ gpu: options.gpu });
    // Exact figures from performance.memory instead of ones rounded and delayed against fingerprinting.
    const launch = () =>
      chromium.launch({
        ...launchOptions,
        args: [...launchOptions.args, '--enable-precise-memory-info'],
        handleSIGINT: false,
      });
    return new AppPage(launch, await launch(), options);
  }

  /** The page in use, for measurements; null before the first file and after a failure. */
  get page(): Page | null {
    return this.#page;
  }

  /** Throws LonghandError `worker/dead` or `speech/stalled`; failures that the app names are in the result. */
  async transcribe(path: string, options: TranscribeOptions): Promise<AutomationResult> {
    const page = (this.#page ??= await this.#openPage());
    const watch = watchPage(page, { stallSeconds: this.#stallSeconds, ...options });
    this.#onProgress = (progress) => {
      watch.alive(progress);
      return options.onProgress(progress);
    };
    this.#journal = options.journal;
    try {
      const earlier = options.journal?.earlier ?? null;
      const { sidecars = [], settings } = options;
      return await Promise.race([watch.failure, run(page, path, sidecars, settings, earlier)]);
    } catch (error) {
      await this.#discardPage();
      throw isEndOfPage(error)
        ? new LonghandError('worker/dead', { worker: 'page' }, { cause: error })
        : toLonghandError(error);
    } finally {
      watch.close();
    }
  }

  async #openPage(): Promise<Page> {
    if (!this.#browser.isConnected()) this.#browser = await this.#launch();
    this.#context = await this.#browser.newContext();
    const page = await this.#context.newPage();
    await page.exposeFunction('longhandProgress', (progress: AutomationProgress) =>
      this.#onProgress(progress),
    );
    await page.exposeFunction('longhandJournal', (entry: JournalEntry) => this.#journal?.append(entry));
    await page.goto(`${this.#url}#/automation`);
    await page.locator('#automation-files').waitFor({ state: 'attached' });
    return page;
  }

  /** A page that hangs may not answer its own closing either. */
  async #discardPage(): Promise<void> {
    const context = this.#context;
    this.#context = null;
    this.#page = null;
    await within(CLOSE_LIMIT_MS, context?.close());
  }

  async close(): Promise<void> {
    this.#page = null;
    await within(CLOSE_LIMIT_MS, this.#browser.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function run(
  page: Page,
  path: string,
  sidecars: readonly string[],
  settings: AutomationSettings,
  earlier: EarlierRun | null,
): Promise<AutomationResult> {
  const address = parseAddress(path);
  const files = [...new Set([...(address ? [] : withItsFiles(path)), ...sidecars])];
  await page.locator('#automation-files').setInputFiles(files);
  return page.evaluate(
    ([what, chosen, before]) => {
      if (!globalThis.longhandAutomation) throw new Error('the page has no automation');
      return globalThis.longhandAutomation.transcribe(what, chosen, before);
    },
    [address ?? 0, settings, earlier] as const,
  );
}

/** A playlist on disk comes with the files of its folder. */
function withItsFiles(path: string): string[] {
  if (!/\.m3u8?$/i.test(path)) return [path];
  const folder = dirname(path);
  const others = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile());
  return [path, ...others.map((each) => join(folder, each.name)).filter((other) => other !== path)];
}

/** What Playwright says when a page ends under a call: `Target crashed`, `Target page, context or browser has been closed`. */
const isEndOfPage = (error: unknown): boolean =>
  error instanceof Error && /Target (page|crashed|closed)|browser has been closed/.test(error.message);

interface PageWatch {
  /** Rejects when the page has crashed, closed, or made no progress for too long. */
  failure: Promise<never>;
  alive(progress: AutomationProgress): void;
  close(): void;
}

function watchPage(
  page: Page,
  { downloads, stallSeconds }: { downloads?: boolean; stallSeconds: number },
): PageWatch {
  let fail: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => (fail = reject));
  const died = () => fail(new LonghandError('worker/dead', { worker: 'page' }));
  page.once('crash', died);
  page.once('close', died);

  let timer: NodeJS.Timeout | undefined;
  const startTimer = (seconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(
      () => fail(new LonghandError('speech/stalled', { waitedSeconds: seconds })),
      seconds * 1000,
    );
  };
  startTimer(downloads ? DOWNLOAD_STALL_SECONDS : stallSeconds);

  let furthest = '';
  return {
    failure,
    alive({ doneSeconds, stage = 'text' }) {
      if (`${stage} ${doneSeconds}` === furthest) return;
      furthest = `${stage} ${doneSeconds}`;
      startTimer(stallSeconds);
    },
    close() {
      clearTimeout(timer);
      page.off('crash', died);
      page.off('close', died);
    },
  };
}

/** Waits for `promise`, but no longer than this; what fails while closing is of no use to anybody. */
async function within(limitMs: number, promise: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  try {
    await Promise.race([promise?.catch(() => undefined), limit]);
  } finally {
    clearTimeout(timer);
  }
}
