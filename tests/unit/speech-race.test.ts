import { describe, expect, test } from 'vitest';
import { allowedGpuBytes, gpuBytes } from '../../src/speech/gpu-memory';
import { type AdapterNames, isSoftwareAdapter } from '../../src/lib/software-adapter';
import { chooseBackend, raceKey } from '../../src/speech/race';

const CARD: AdapterNames = {
  vendor: 'nvidia',
  architecture: 'ampere',
  device: '',
  description: '',
  isFallbackAdapter: false,
};

describe('the race of the two backends', () => {
  test.each([
    { wasm: 3, webgpu: 2, backend: 'webgpu' },
    { wasm: 3, webgpu: 2.01, backend: 'wasm' },
    { wasm: 1, webgpu: 30, backend: 'wasm' },
    { wasm: 1, webgpu: null, backend: 'wasm' },
  ])('wasm $wasm s, webgpu $webgpu s: $backend', ({ wasm, webgpu, backend }) => {
    expect(chooseBackend({ wasm, webgpu })).toBe(backend);
  });

  test.each<[string, Partial<AdapterNames>, boolean]>([
    ['a graphics card', {}, false],
    ['the fallback adapter', { isFallbackAdapter: true }, true],
    ['SwiftShader', { vendor: 'google', architecture: 'swiftshader' }, true],
    ['llvmpipe', { vendor: 'mesa', description: 'llvmpipe (LLVM 19.1.7, 256 bits)' }, true],
    ['WARP', { vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }, true],
  ])('%s is software: %#', (_, names, software) => {
    expect(isSoftwareAdapter({ ...CARD, ...names })).toBe(software);
  });

  test('is run again for another browser, card or model, and only then', () => {
    const key = raceKey('Chrome/156', CARD, 'models/a/');
    expect(raceKey('Chrome/156', { ...CARD }, 'models/a/')).toBe(key);
    const others = [
      raceKey('Chrome/157', CARD, 'models/a/'),
      raceKey('Chrome/156', { ...CARD, architecture: 'turing' }, 'models/a/'),
      raceKey('Chrome/156', CARD, 'models/b/'),
    ];
    expect(new Set([key, ...others]).size).toBe(4);
  });
});

describe('memory of the graphics card', () => {
  const cost = {
    encoder: { linearBytes: 1_000, quadraticBytes: 100 },
    window: { fixedBytes: 5_000, linearBytes: 50 },
  };

  test('weights count with what the kernels add, the window once', () => {
    expect(gpuBytes(1_000_000, cost, 10)).toBeCloseTo(1_300_000 + 10_000 + 10_000 + 5_000 + 500, 6);
  });

  test('three quarters of what the adapter grants are ours', () => {
    expect(allowedGpuBytes({ maxBufferSize: 2 ** 30 })).toBe(0.75 * 2 ** 30);
  });
});
