/** Models in lines, for `catalog`, `recommend` and `list`. In: the catalog, a store. Out: text on standard output. */
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { basename } from 'node:path';
import { approximateBytes, CATALOG, dtypesOf, EMBEDDED_MODEL } from '../../src/models/catalog';
import { storedModels } from '../../src/models/model-shelf';
import type { PieceStore } from '../../src/models/piece-store';
import { SPEAKER_MODELS } from '../../src/models/speaker-models';
import { recommendModel } from '../../src/models/tiers';
import { formatDate, formatSize } from '../../src/ui/format';
import { recommendationWords } from '../../src/ui/models/model-words';

const write = (...columns: string[]): void => void process.stdout.write(`${columns.join('  ').trimEnd()}\n`);

export function showCatalog(): void {
  for (const model of CATALOG) {
    if (model === EMBEDDED_MODEL) continue;
    const languages = model.languages === 'en' ? 'English' : 'many languages';
    const backends = model.backends.map((backend) => {
      const { encoder, decoder } = dtypesOf(model.id, backend)[0]!;
      const formats = encoder === decoder ? encoder : `${encoder}+${decoder}`;
      return `${backend}: ${formats}, about ${formatSize(approximateBytes(model, backend))}`;
    });
    write(model.id.padEnd(48), languages.padEnd(14), model.licence, backends.join('; '));
  }
  showSpeakerModels();
}

function showSpeakerModels(): void {
  for (const { id, role, licence, sizeBytes } of SPEAKER_MODELS)
    write(id.padEnd(48), `speakers, ${role}`.padEnd(14), licence, `about ${formatSize(sizeBytes)}`);
}

/** By cores and memory: a graphics card cannot be seen from here. */
export function showRecommendation({ language, words }: { language: string | null; words: boolean }): void {
  const machine = {
    cores: availableParallelism(),
    memoryGigabytes: totalmem() / 1e9,
    gpu: false,
    threads: true,
    race: null,
  };
  const recommendation = recommendModel(machine, { language, wordTimestamps: words });
  write(recommendationWords(recommendation));
  if (recommendation.model !== EMBEDDED_MODEL) write(`npm run models -- download ${recommendation.model.id}`);
}

/** `folder`: where they lie. */
export async function showModels(store: PieceStore, folder: string): Promise<void> {
  const now = Date.now();
  let usedBytes = 0;
  for (const { id, state, storedBytes, sizeBytes, files, lastUsedAt } of await storedModels(store)) {
    const of = sizeBytes === null || sizeBytes === storedBytes ? '' : ` of ${formatSize(sizeBytes)}`;
    const weights = files.map(({ path }) => path).filter((path) => path.endsWith('.onnx'));
    usedBytes += storedBytes;
    write(
      id.padEnd(48),
      state.padEnd(9),
      `${formatSize(storedBytes)}${of}`.padEnd(18),
      `last used: ${formatDate(lastUsedAt, now)}`.padEnd(30),
      weights.map((path) => basename(path)).join(' '),
    );
  }
  const disk = await statfs(folder).catch(() => null);
  const free = disk ? `; ${formatSize(disk.bavail * disk.bsize)} are free` : '';
  process.stderr.write(`Models hold ${formatSize(usedBytes)} in ${folder}${free}.\n`);
}
