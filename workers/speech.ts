/** The speech worker: chunks in over a port, text out. Wiring only; models stay loaded between jobs. */
import { createHttpModelFiles } from '../src/models/http-model-files';
import { graphPatches } from '../src/models/patch/graph-patches';
import { openChunks } from '../src/protocol/chunk-port';
import { handle, serve } from '../src/protocol/serve';
import type { SpeechWorker } from '../src/protocol/speech';
import { openSpeechModel, type SpeechModel } from '../src/speech/model';
import { createRecognizer } from '../src/speech/recognizer';

let loaded: { key: string; model: Promise<SpeechModel> } | null = null;

/** One model at a time: a second one would not fit beside it on small machines. */
async function shareModel(key: string, open: () => Promise<SpeechModel>): Promise<SpeechModel> {
  const former = loaded;
  const usable =
    former?.key === key &&
    (await former.model.then(
      (model) => model.deviceLoss() === null,
      () => false,
    ));
  if (usable) return former.model;
  if (former)
    await former.model.then(
      (model) => model[Symbol.asyncDispose](),
      () => undefined,
    );
  loaded = { key, model: open() };
  return loaded.model;
}

void serve<SpeechWorker>({
  async openRecognizer(reference, { backend, threads, language }, audioPort, signal) {
    const chunks = openChunks(audioPort, signal);
    try {
      const model = await shareModel([reference.url, backend, threads].join('\n'), () =>
        openSpeechModel(createHttpModelFiles(reference.url), {
          backend,
          threads,
          patches: graphPatches,
          signal,
        }),
      );
      return handle(createRecognizer({ model, chunks, language, signal }));
    } catch (error) {
      chunks.close();
      throw error;
    }
  },
});
