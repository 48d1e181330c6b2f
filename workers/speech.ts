/** The speech worker: chunks in over a port, text out. Wiring only; models are shared by all jobs of the visit. */
import { ModelLoader } from '../src/models/loader';
import { noteUse, openModelFiles, storedBytes } from '../src/models/open-model-files';
import { graphPatches } from '../src/models/patch/graph-patches';
import { openChunks } from '../src/protocol/chunk-port';
import { handle, serve } from '../src/protocol/serve';
import type { LoadOptions, ModelReference, SpeechWorker } from '../src/protocol/speech';
import { openAutoModel } from '../src/speech/auto-model';
import { openSpeechModel, type SpeechModel } from '../src/speech/model';
import { createRecognizer } from '../src/speech/recognizer';

/** Models beside each other as long as they are small; a large one gets the heap to itself. */
const MOST_BYTES = 512 * 1024 * 1024;
/** As much as the largest model takes that the processor is promised for (small, 8 bits: 250 MB), and some more. */
const MOST_RACED_BYTES = 350_000_000;
/** A model is opened for all jobs: the end of one must not end the opening for the others. */
const NEVER = new AbortController().signal;

const loader = new ModelLoader<SpeechModel>({
  mostBytes: MOST_BYTES,
  now: () => performance.now(),
  onLoad: (key, model) => {
    const end = performance.now();
    const start = end - model.loadSeconds * 1000;
    performance.measure(`model loaded: ${key.replaceAll('\n', ', ')}`, { start, end });
  },
});

interface LoadRequest {
  key: string;
  neededBytes: number;
  open(): Promise<SpeechModel>;
}

async function prepare(
  { url }: ModelReference,
  { backend, threads, weights = 'best' }: LoadOptions,
): Promise<LoadRequest> {
  const files = await openModelFiles(url);
  const options = { threads, weights, patches: graphPatches, signal: NEVER };
  const sizeBytes = await storedBytes(url);
  return {
    key: [url, backend, threads, weights].join('\n'),
    // The size of a model behind an address is known when it is here.
    neededBytes: sizeBytes ?? MOST_BYTES,
    open: () =>
      backend === 'auto'
        ? openAutoModel(files, url, { ...options, race: (sizeBytes ?? 0) <= MOST_RACED_BYTES })
        : openSpeechModel(files, { ...options, backend }),
  };
}

void serve<SpeechWorker>({
  async openRecognizer(
    reference,
    { language, from, backend, threads, weights, ...wishes },
    audioPort,
    signal,
  ) {
    const chunks = openChunks(audioPort, signal);
    try {
      const { key, neededBytes, open } = await prepare(reference, {
        backend,
        threads,
        ...(weights && { weights }),
      });
      // A full disk is no reason not to read from it.
      await noteUse(reference.url).catch(() => undefined);
      const lease = await loader.lease(key, neededBytes, open);
      const recognizer = createRecognizer({ model: lease.model, chunks, language, wishes, from, signal });
      return handle({
        ...recognizer,
        close: () => recognizer.close().finally(() => lease.release()),
      });
    } catch (error) {
      chunks.close();
      throw error;
    }
  },
  async preload(reference, options) {
    const { key, neededBytes, open } = await prepare(reference, options);
    await loader.preload(key, neededBytes, open);
  },
  unload: (bytes) => loader.unload(bytes),
});
