import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { main } from '../../tools/evaluate/main';

async function run(files: Record<string, string>, ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-evaluate-'));
  const streams = { out: '', error: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((streams.out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((streams.error += String(text)), true)),
  ];
  onTestFinished(async () => {
    for (const spy of spies) spy.mockRestore();
    await rm(folder, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return { code: await main([...Object.keys(files), ...args], folder), ...streams };
}

test('two texts: rates, and every error in its context', async () => {
  const { code, out } = await run({
    'spoken.txt': 'ask not what your country can do for you\n',
    'written.srt': '1\n00:00:04,000 --> 00:00:09,000\nask what you are country\ncan do for you\n',
  });
  expect(code).toBe(0);
  expect(out).toBe(
    [
      'WER    33.33 %   3 errors in 9 words: 1 substituted, 1 inserted, 1 deleted',
      'CER    17.50 %   7 errors in 40 characters',
      '',
      'Words: what was said → what was written',
      '  ask [not → ∅] what',
      '     0:04  what [your → you are] country can do for',
      '',
    ].join('\n'),
  );
});

test('speakers: RTTM against a transcript that names them, as text and as JSON', async () => {
  const files = {
    'spoken.rttm': 'SPEAKER talk 1 0 4 <NA> <NA> A <NA> <NA>\nSPEAKER talk 1 4 4 <NA> <NA> B <NA> <NA>\n',
    'written.json': JSON.stringify({
      segments: [
        { start: 0, end: 5, text: 'one', speaker: 'Holm' },
        { start: 5, end: 8, text: 'two', speaker: 'Ines' },
      ],
    }),
  };
  const { code, out } = await run(files, '--errors', '5');
  expect(code).toBe(0);
  expect(out).toContain(
    'DER    12.50 %   0.0 s missed, 0.0 s false alarm, 1.0 s confused, of 8.0 s of speech',
  );
  expect(out).toContain('Holm is A (4.0 s shared)');
  expect(out).toContain('4.00 to 5.00     1.00 s  confusion    B → Holm');
  const { out: json } = await run(files, '--json', '--collar', '0.25');
  expect(JSON.parse(json)).toMatchObject({ speakers: { collarSeconds: 0.25, rate: 0.75 / 7 } });
});

test('what cannot be compared is said in a sentence with its code', async () => {
  const text = await run({ 'a.txt': 'word', 'b.rttm': '' });
  expect(text).toMatchObject({ code: 1, out: '' });
  expect(text.error).toContain('(evaluation/nothing-shared)');
  expect(await run({ 'a.json': '{"segments":[{}]}', 'b.txt': '' })).toMatchObject({ code: 1 });
  expect((await run({ 'a.txt': '' })).code).toBe(2);
  expect((await run({ 'a.txt': '', 'b.txt': '' }, '--collar', 'wide')).code).toBe(2);
});
