/**
 * The model list as rows. In: the catalog, what is on disk, what is under way, the machine. Out: for each model what can
 * be said of it and what can be done. Pure.
 */
import {
  approximateBytes,
  CATALOG,
  type CatalogModel,
  dtypesOf,
  EMBEDDED_MODEL,
  findModel,
} from '../../models/catalog';
import { EMBEDDED_ADDRESS, storedModelUrl } from '../../models/model-address';
import { chooseFiles, decoderPath, encoderPath, type ModelBackend } from '../../models/model-layout';
import { isSpeakerModel } from '../../models/speaker-models';
import type { FileState, StoredModel } from '../../models/stored-model';
import { expectedSpeed, type Machine } from '../../models/tiers';
import { formatDate, formatSize } from '../format';
import type { LibraryView, ModelTaskView } from './model-library';
import { aboutModel, backendWords, formatWords, modelTitle, speedWords } from './model-words';
import type { Speeds } from './speeds';

/** What can be fetched for one backend. */
export interface Variant {
  backend: ModelBackend;
  /** About; 0 where nothing is known of it. */
  sizeBytes: number;
}

export interface ModelRow {
  id: string;
  /** As jobs name it. */
  address: string;
  title: string;
  about: string;
  licence: string | null;
  /** In which numbers it runs where, and what that takes: `Processor: 8 bits, 77 MB.` */
  formats: string;
  /** The one that suits this machine. */
  recommended: boolean;
  state: 'absent' | 'embedded' | FileState;
  /** On disk, or what would be fetched first. */
  sizeBytes: number | null;
  /** Of a download that is not complete, from 0 to 1. */
  share: number | null;
  /** What can be fetched, the best for this machine first. */
  variants: readonly Variant[];
  /** Why none of it can be used on this machine; null where some can. */
  refused: string | null;
  speed: { words: string; note: string } | null;
  chosen: boolean;
  used: boolean;
  /** `Used today, 14:02`; null for one that is not on disk. */
  lastUsed: string | null;
  /** It has full precision weights, from which smaller ones can be made. */
  quantizable: boolean;
  task: ModelTaskView | null;
}

export interface RowSources {
  library: LibraryView;
  machine: Machine | null;
  recommendedId: string | null;
  speeds: Speeds;
  /** Addresses of models that recordings are being written with. */
  used: ReadonlySet<string>;
  /** What one model may take in memory. */
  limitBytes(weightBytes: number): number;
  now: number;
}

export interface ModelRows {
  here: readonly ModelRow[];
  toFetch: readonly ModelRow[];
  /** As those, with what times of single words are made from. */
  toFetchWithWords: readonly ModelRow[];
}

/** The runtime keeps weights once, repacked (`memory/admission.ts`). */
const WEIGHTS_IN_MEMORY = 1.3;
const MONTH_MS = 30 * 24 * 3600 * 1000;

export function createRows(sources: RowSources): ModelRows {
  const { stored, tasks } = sources.library;
  const written = (stored ?? []).filter(({ id }) => !isSpeakerModel(id));
  const byId = new Map(written.map((model) => [model.id, model]));
  const underWay = [...tasks.keys()].filter(
    (id) => !byId.has(id) && !isSpeakerModel(id) && findModel(id) !== null,
  );
  const here = [...byId.keys(), ...underWay];
  const absent = CATALOG.filter(({ id }) => id !== EMBEDDED_MODEL.id && !here.includes(id));
  const row = (id: string) => createRow(id, byId.get(id) ?? null, sources);
  return {
    here: [row(EMBEDDED_MODEL.id), ...here.map(row)],
    toFetch: absent.filter(({ wordTimestamps }) => !wordTimestamps).map(({ id }) => row(id)),
    toFetchWithWords: absent.filter(({ wordTimestamps }) => wordTimestamps).map(({ id }) => row(id)),
  };
}

function createRow(id: string, stored: StoredModel | null, sources: RowSources): ModelRow {
  const { library, machine, used, now } = sources;
  const known = CATALOG.find((model) => model.id === id) ?? null;
  const embedded = known === EMBEDDED_MODEL;
  const address = embedded ? EMBEDDED_ADDRESS : storedModelUrl(id);
  const usable = backendsOn(known, machine);
  const backends = known && usable.length === 0 ? known.backends : usable;
  const variants = backends.map((backend) => ({
    backend,
    sizeBytes: known ? approximateBytes(known, backend) : 0,
  }));
  const sizeBytes = stored?.sizeBytes ?? variants[0]?.sizeBytes ?? null;
  const paths = new Set(stored?.files.map(({ path }) => path));
  return {
    id,
    address,
    title: modelTitle(id),
    about: aboutModel(id),
    licence: known?.licence ?? null,
    formats: stored ? formatsHere(stored) : known && !embedded ? formatsToFetch(known) : '',
    recommended: id === sources.recommendedId,
    state: embedded ? 'embedded' : (stored?.state ?? 'absent'),
    sizeBytes: sizeBytes === 0 ? null : sizeBytes,
    share: stored?.state === 'partial' && stored.sizeBytes ? stored.storedBytes / stored.sizeBytes : null,
    variants,
    refused: known && !embedded && !stored ? refusal(usable, variants, sources) : null,
    speed: speedOf(known, address, sources),
    chosen: library.chosen === address,
    used: used.has(address),
    lastUsed: stored && stored.state === 'verified' ? lastUsedWords(stored, now) : null,
    quantizable:
      stored?.state === 'verified' && paths.has(encoderPath('fp32')) && paths.has(decoderPath('fp32')),
    task: library.tasks.get(id) ?? null,
  };
}

/** The graphics card first where there is one: what it is given runs on the processor as well, the other way round seldom. */
function backendsOn(known: CatalogModel | null, machine: Machine | null): ModelBackend[] {
  const order: ModelBackend[] = machine?.gpu ? ['webgpu', 'wasm'] : ['wasm'];
  return known ? order.filter((backend) => known.backends.includes(backend)) : order;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const formatsToFetch = (model: CatalogModel): string =>
  model.backends
    .map((backend) => {
      const size = formatSize(approximateBytes(model, backend));
      return `${capital(backendWords[backend])}: ${formatWords(dtypesOf(model.id, backend)[0]!)}, ${size}.`;
    })
    .join(' ');

/** By what lies there, not by what would be fetched. */
function formatsHere({ id, files }: StoredModel): string {
  const there = files.map((file) => ({ ...file, sizeBytes: file.sizeBytes ?? 0 }));
  return (['wasm', 'webgpu'] as const)
    .map((backend) => {
      const found = chooseFiles(there, dtypesOf(id, backend));
      if (!('files' in found) || found.quantize) return '';
      return `${capital(backendWords[backend])}: ${formatWords(found.dtypes)}.`;
    })
    .filter(Boolean)
    .join(' ');
}

function refusal(
  usable: readonly ModelBackend[],
  variants: readonly Variant[],
  { machine, limitBytes }: RowSources,
): string | null {
  if (!machine) return null;
  if (usable.length === 0) return 'It needs a graphics card, and this browser gives access to none.';
  const needed = Math.min(...variants.map(({ sizeBytes }) => sizeBytes)) * WEIGHTS_IN_MEMORY;
  const limit = limitBytes(needed);
  if (needed <= limit) return null;
  return `It needs about ${formatSize(needed)} of memory; the limit is ${formatSize(limit)}.`;
}

function speedOf(
  known: CatalogModel | null,
  address: string,
  { speeds, machine }: RowSources,
): ModelRow['speed'] {
  const measured = Object.entries(speeds[address] ?? {}) as [ModelBackend, number][];
  const [best, other] = measured.sort(([, a], [, b]) => b - a);
  if (best) {
    const rest = other ? `; ${speedWords(other[1])} on the ${backendWords[other[0]]}` : '';
    return { words: speedWords(best[1]), note: `measured, on the ${backendWords[best[0]]}${rest}` };
  }
  const [backend] = backendsOn(known, machine);
  if (!known || !machine || !backend) return null;
  return {
    words: speedWords(expectedSpeed(known, backend, machine)),
    note: `estimated, on the ${backendWords[backend]}`,
  };
}

function lastUsedWords({ lastUsedAt }: StoredModel, now: number): string {
  const idle = now - lastUsedAt > MONTH_MS;
  return `Last used: ${formatDate(lastUsedAt, now)}.${idle ? ' Not for a month: it can be removed.' : ''}`;
}
