import { expect, test } from 'vitest';
import { planWindows } from '../../src/jobs/window-plan';

const auto = { chunkSeconds: null, batch: null, audioContext: 'auto' } as const;
const dynamic = { windowSeconds: 30, dynamicAudioContext: true };
const standard = { windowSeconds: 30, dynamicAudioContext: false };

test('a model made for it gets short windows, except for a recording that one window holds', () => {
  expect(planWindows(auto, dynamic, 300)).toEqual({ chunkSeconds: 10, context: 'short', batch: Infinity });
  expect(planWindows(auto, dynamic, null)).toEqual({ chunkSeconds: 10, context: 'short', batch: Infinity });
  expect(planWindows(auto, dynamic, 30)).toEqual({ chunkSeconds: 30, context: 'full', batch: Infinity });
});

test('standard weights get full windows', () => {
  expect(planWindows(auto, standard, 300)).toEqual({ chunkSeconds: 30, context: 'full', batch: Infinity });
});

test('what the user chose is done', () => {
  const chosen = { chunkSeconds: 12, batch: 2, audioContext: 'full' } as const;
  expect(planWindows(chosen, dynamic, 300)).toEqual({ chunkSeconds: 12, context: 'full', batch: 2 });
  const short = { ...auto, audioContext: 'short' } as const;
  expect(planWindows(short, standard, 300)).toEqual({ chunkSeconds: 30, context: 'short', batch: Infinity });
});
