/** The models worker: downloads, imports, quantizes, checks, lists and removes models on disk. Wiring only. */
import { runModelCheck } from '../src/models/check-model';
import { runModelDownload } from '../src/models/download-model';
import { runModelImport } from '../src/models/import/import-model';
import { storedModels, removeModel, storageRoom } from '../src/models/model-shelf';
import { startModelTask } from '../src/models/model-task';
import { openPieceStore } from '../src/models/piece-store';
import { quantizeIfNeeded, runModelQuantization } from '../src/models/quantize/quantize-stored';
import type { ModelsWorker } from '../src/protocol/models';
import { handle, serve } from '../src/protocol/serve';

const store = openPieceStore();

void serve<ModelsWorker>({
  list: () => storedModels(store),
  openDownload: (download, signal) =>
    handle(
      startModelTask(async (tell, until) => {
        const model = await runModelDownload(download, store, tell, { signal: until });
        return download.backend === 'wasm' ? quantizeIfNeeded(model, store, tell, { signal: until }) : model;
      }, signal),
    ),
  openImport: (name, files, signal) =>
    handle(
      startModelTask(async (tell, until) => {
        const model = await runModelImport(name, files, store, tell, { signal: until });
        return quantizeIfNeeded(model, store, tell, { signal: until });
      }, signal),
    ),
  openQuantization: (id, form, signal) =>
    handle(
      startModelTask((tell, until) => runModelQuantization(id, form, store, tell, { signal: until }), signal),
    ),
  openCheck: (id, signal) =>
    handle(startModelTask((tell, until) => runModelCheck(id, store, tell, { signal: until }), signal)),
  remove: (id) => removeModel(id, store),
  room: () => storageRoom(store),
});
