/**
 * Which model suits a machine. In: cores, memory, graphics, and what a short race has measured. Out: a recommendation
 * with the speed it will have, which the user may ignore. Pure: no machine is looked at here.
 */
import { approximateBytes, CATALOG, type CatalogModel, EMBEDDED_MODEL } from './catalog';
import type { ModelBackend } from './model-layout';

export interface Machine {
  cores: number;
  /** Rounded down and capped by browsers (`navigator.deviceMemory`, at most 8); null where it is kept secret. */
  memoryGigabytes: number | null;
  /** An adapter that is not software. */
  gpu: boolean;
  /** Threads need cross-origin isolation. */
  threads: boolean;
  /** What the race measured with the embedded model: seconds of audio per second, by backend. */
  race: Partial<Record<ModelBackend, number>> | null;
}

export interface Wishes {
  /** ISO 639-1; null for any, or unknown. */
  language: string | null;
  wordTimestamps: boolean;
}

export interface Recommendation {
  model: CatalogModel;
  backend: ModelBackend;
  /** Times real time, expected. */
  speedFactor: number;
}

/** Slower than this, a recording takes longer to read than most people will wait. */
const SLOWEST_SPEED = 3;

/**
 * Measured 2026-11-20 and -21 in Chromium WASM: base int8 on two busy cores about 6 times real time. Others follow by
 * parameters; where there was a race, by its ratio to what was expected of the embedded model.
 */
const WASM_SPEED_OF_BASE_PER_CORE = 3;
const MOST_USEFUL_CORES = 4;
const GPU_GAIN = 8;

/** Times real time that a model should reach. */
export function expectedSpeed(model: CatalogModel, backend: ModelBackend, machine: Machine): number {
  const cores = machine.threads ? Math.min(machine.cores, MOST_USEFUL_CORES) : 1;
  const byCores = WASM_SPEED_OF_BASE_PER_CORE * cores * (backend === 'webgpu' ? GPU_GAIN : 1);
  const measured = machine.race?.[backend];
  const base = measured === undefined ? byCores : measured * (workOf(EMBEDDED_MODEL) / workOf(BASE));
  return (base * workOf(BASE)) / workOf(model);
}

const BASE = CATALOG.find(({ size, languages }) => size === 'base' && languages === 'many')!;

/** Per 30 s window: the encoder's weights meet 1500 positions, the decoder's about 100 tokens, at less efficiency. */
const workOf = ({ parameters, decoderParameters }: CatalogModel): number =>
  (parameters - decoderParameters) * 1500 + decoderParameters * 100 * 4;

/** Half of the memory for one model, as the governor has it; its runtime and the recording need the rest. */
function fits(model: CatalogModel, backend: ModelBackend, { memoryGigabytes }: Machine): boolean {
  const gigabytes = memoryGigabytes ?? 4;
  return approximateBytes(model, backend) * 2.2 <= gigabytes * 1e9 * 0.5;
}

/** The largest that is fast enough; the embedded one where none is. */
export function recommendModel(machine: Machine, { language, wordTimestamps }: Wishes): Recommendation {
  const candidates = CATALOG.filter(
    (model) =>
      model !== EMBEDDED_MODEL &&
      model.wordTimestamps === wordTimestamps &&
      model.languages ===
        (language === 'en' && model.size !== 'large-v3-turbo' && model.size !== 'large-v3' ? 'en' : 'many'),
  );
  const ways = candidates.flatMap((model) =>
    usableBackends(model, machine).map((backend) => ({
      model,
      backend,
      speedFactor: expectedSpeed(model, backend, machine),
    })),
  );
  const fast = ways.filter(({ speedFactor }) => speedFactor >= SLOWEST_SPEED);
  const best = fast.sort((a, b) => quality(b.model) - quality(a.model) || b.speedFactor - a.speedFactor)[0];
  if (best) return best;
  const backend = fasterBackend(machine);
  return { model: EMBEDDED_MODEL, backend, speedFactor: expectedSpeed(EMBEDDED_MODEL, backend, machine) };
}

const usableBackends = (model: CatalogModel, machine: Machine): ModelBackend[] =>
  model.backends.filter((backend) => (backend === 'wasm' || machine.gpu) && fits(model, backend, machine));

/** By the race, not by the presence of a GPU: in Firefox WASM often wins. */
function fasterBackend({ gpu, race }: Machine): ModelBackend {
  if (!gpu) return 'wasm';
  const { wasm, webgpu } = race ?? {};
  if (wasm === undefined || webgpu === undefined) return 'webgpu';
  return webgpu >= wasm ? 'webgpu' : 'wasm';
}

/** Turbo hears nearly as well as the large model it was made of, and better than medium. */
const ORDER = ['embedded', 'tiny', 'base', 'small', 'medium', 'large-v3-turbo', 'large-v3'];
const quality = (model: CatalogModel): number => ORDER.indexOf(model.size);
