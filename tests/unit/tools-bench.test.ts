import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { formatTable } from '../../tools/bench/table';
import { writeLongRecording } from '../bench/long-recording';

test('a table has words to the left and numbers to the right', () => {
  const rows = [
    { backend: 'wasm', seconds: 12.5 },
    { backend: 'webgpu (software)', seconds: 100 },
  ];
  expect(formatTable(rows).split('\n')).toEqual([
    'backend            seconds',
    '-----------------  -------',
    'wasm                  12.5',
    'webgpu (software)      100',
  ]);
});

test('a long recording repeats its clip, a second of silence between, and ends when it should', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-recording-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clip = new Float32Array(16_000).fill(0.5);
  const path = join(folder, 'long.wav');
  const sizeBytes = await writeLongRecording(path, clip, 3);
  const bytes = await readFile(path);
  expect(bytes.length).toBe(sizeBytes);
  expect(bytes.readUInt32LE(40)).toBe(3 * 48_000 * 4);
  const leftAt = (seconds: number) => bytes.readInt16LE(44 + seconds * 48_000 * 4);
  expect([leftAt(0.5), leftAt(1.5), leftAt(2.5)]).toEqual([16_384, 0, 16_384]);
});
