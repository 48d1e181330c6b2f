/**
 * Which backend `auto` means. In: what the adapter says of itself, and the seconds both backends took for the same
 * short window. Out: the backend, and the name under which that is remembered. Pure; `auto-model.ts` measures.
 */
import type { AdapterNames } from '../lib/software-adapter';
import type { Backend } from '../protocol/speech';

/** Seconds for one window; null where the graphics card could not do it. */
export interface RaceTimes {
  wasm: number;
  webgpu: number | null;
}

/** One window is a small sample, a lost device costs a window, and a laptop runs longer on its processor. */
const CLEAR_MARGIN = 1.5;

export const chooseBackend = ({ wasm, webgpu }: RaceTimes): Backend =>
  webgpu !== null && webgpu * CLEAR_MARGIN <= wasm ? 'webgpu' : 'wasm';

/** Another browser version, graphics card or model is another race. */
export const raceKey = (browser: string, adapter: AdapterNames, modelUrl: string): string =>
  [browser, adapter.vendor, adapter.architecture, adapter.device, adapter.description, modelUrl].join('\n');
