/** The machine as the tiers see it. In: what the browser tells. Out: facts; an adapter made of software is no GPU. */
import { isSoftwareAdapter } from '../lib/software-adapter';
import type { Machine } from './tiers';

/** `race`: times real time that recordings were written at with the embedded model, by backend. */
export async function readMachine(race: Machine['race']): Promise<Machine> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter().catch(() => null) : null;
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return {
    cores: navigator.hardwareConcurrency,
    memoryGigabytes: deviceMemory ?? null,
    gpu: adapter !== null && !isSoftwareAdapter(adapter.info),
    threads: crossOriginIsolated,
    race,
  };
}
