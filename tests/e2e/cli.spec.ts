/** The command line as a person runs it: npm, the built app, a real browser, a real recording. */
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openModelServer } from '../../tools/model-server/server';
import { ROOT } from '../../tools/setup/command.mjs';

const SPEECH = 'tests/fixtures/jfk.wav';

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

function transcribe(args: string[], { cwd = ROOT }: { cwd?: string } = {}): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = spawn('npm', ['--prefix', ROOT, 'run', '--silent', 'transcribe', '--', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

test('one file: its text on standard output, progress on standard error, figures in a file', async ({}, info) => {
  const statsPath = info.outputPath('stats.json');
  const { code, stdout, stderr } = await transcribe([SPEECH, '--backend', 'wasm', '--stats', statsPath]);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/\w+ \w+ \w+/);
  expect(stderr).toMatch(/jfk\.wav: 0:\d\d of 0:11/);

  const stats = JSON.parse(await readFile(statsPath, 'utf8')) as Record<string, unknown>;
  const seconds = expect.any(Number);
  expect(stats).toEqual({
    audioSeconds: expect.closeTo(11, 1),
    wallSeconds: seconds,
    realTimeFactor: seconds,
    secondsToFirstSegment: seconds,
    modelLoadSeconds: seconds,
    stages: {
      decode: seconds,
      resample: seconds,
      voiceActivity: seconds,
      mel: seconds,
      encoder: seconds,
      decoder: seconds,
    },
    chunks: expect.any(Number),
    backend: 'wasm',
    threads: expect.any(Number),
    peak: {
      jsHeapBytes: expect.any(Number),
      wasmHeapBytes: expect.any(Number),
      gpuBufferBytes: 0,
      processBytes: process.platform === 'linux' ? expect.any(Number) : null,
    },
    liveTensorsAtEnd: 0,
    speechSeconds: seconds,
    coveredSpeechSeconds: stats['speechSeconds'],
  });
  expect(stats['speechSeconds']).toBeGreaterThan(5);
});

test('words with their times, names to expect, replacements; and a wrong list is named by its line', async ({}, info) => {
  const [list, prompt] = [info.outputPath('list.txt'), info.outputPath('prompt.txt')];
  await writeFile(list, '# names\nyou => thee\n');
  await writeFile(prompt, 'Fellow Americans.\n');
  const asked = ['--backend', 'wasm', '--words', '--replace', list, '--prompt', prompt, '--format', 'json'];
  const { code, stdout, stderr } = await transcribe([SPEECH, ...asked]);
  expect(code, stderr).toBe(0);
  const { segments } = JSON.parse(stdout) as {
    segments: {
      start: number;
      end: number;
      text: string;
      original?: string;
      words: { text: string; start: number; end: number }[];
    }[];
  };
  expect(segments.length).toBeGreaterThan(0);
  let earliest = 0;
  for (const { text, start, end, original, words } of segments) {
    expect(words.map((word) => word.text).join(' ')).toBe(text);
    expect(original ?? text).toMatch(/\w/);
    expect(text).not.toMatch(/\byou\b/i);
    expect([words[0]!.start, words.at(-1)!.end]).toEqual([start, end]);
    for (const word of words) {
      expect(word.start).toBeGreaterThanOrEqual(earliest);
      expect(word.end).toBeGreaterThan(word.start);
      earliest = word.end;
    }
  }
  expect(earliest).toBeLessThanOrEqual(11);

  await writeFile(list, 'you => thee\nno arrow\n');
  const wrong = await transcribe([SPEECH, '--replace', list]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('line 2 is not "heard => written"');
});

test('json: segments in order, inside the recording, and their text as a whole', async () => {
  const { code, stdout, stderr } = await transcribe([SPEECH, '--format', 'json', '--vad', 'off']);
  expect(code, stderr).toBe(0);
  const transcript = JSON.parse(stdout) as {
    text: string;
    language: string;
    duration: number;
    segments: {
      start: number;
      end: number;
      text: string;
      noSpeechProbability: number;
      averageLogProbability: number;
    }[];
    gaps: unknown[];
  };
  expect(Object.keys(transcript)).toEqual(['text', 'language', 'duration', 'segments', 'gaps']);
  expect(transcript.language).toBe('en');
  expect(transcript.duration).toBeCloseTo(11, 1);
  expect(transcript.gaps).toEqual([]);
  expect(transcript.segments.length).toBeGreaterThan(0);
  let previousEnd = 0;
  for (const segment of transcript.segments) {
    expect(segment.start).toBeGreaterThanOrEqual(previousEnd);
    expect(segment.end).toBeGreaterThan(segment.start);
    expect(segment.noSpeechProbability).toBeGreaterThanOrEqual(0);
    expect(segment.noSpeechProbability).toBeLessThanOrEqual(1);
    expect(segment.averageLogProbability).toBeLessThanOrEqual(0);
    expect(transcript.text).toContain(segment.text.trim());
    previousEnd = segment.end;
  }
  expect(previousEnd).toBeLessThanOrEqual(11.1);
});

test('several files: one failure, named with its code, and the others are written', async ({}, info) => {
  const folder = info.outputPath('texts');
  const { code, stdout, stderr } = await transcribe([
    'tests/fixtures/nowhere.mp3',
    'README.md',
    SPEECH,
    '--format',
    'srt',
    '--out',
    folder,
  ]);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('(media/not-found)');
  expect(stderr).toMatch(/README\.md.*\(media\/unknown-format\)/);
  expect(await readdir(folder)).toEqual(['jfk.srt']);
  expect(await readFile(`${folder}/jfk.srt`, 'utf8')).toMatch(
    /^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n\S/,
  );
});

test('paths are relative to where the user is', async ({}, info) => {
  const folder = info.outputPath('elsewhere');
  await mkdir(folder, { recursive: true });
  const { code, stderr } = await transcribe(['no-such.wav'], { cwd: folder });
  expect(code).toBe(1);
  expect(stderr).toContain(join(folder, 'no-such.wav'));
});

test('a model may be a folder on disk', async ({}, info) => {
  const folder = info.outputPath('my model');
  await cp('public/models/embedded', folder, { recursive: true });
  const { code, stdout, stderr } = await transcribe([SPEECH, '--model', folder]);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/\w+ \w+ \w+/);
});

test('wrong use says what is wrong and how it goes', async () => {
  const { code, stdout, stderr } = await transcribe([SPEECH, '--format', 'docx']);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('--format takes txt, srt, vtt, json');
  expect(stderr).toContain('Usage:');
});

test('an address: the chosen track and part of it, and a server that says no', async () => {
  const media = await openModelServer({ 'owner/media': join(ROOT, 'tests/fixtures') });
  const at = (session: string, path: string) => `${media.url}/s/${session}/owner/media/resolve/main/${path}`;
  try {
    const part = ['--range', '0:05-', '--format', 'json', '--backend', 'wasm'];
    const { code, stdout, stderr } = await transcribe([
      at('good', 'media/two-voices.ogg'),
      '--channels',
      'split',
      ...part,
    ]);
    expect(code, stderr).toBe(0);
    const { segments } = JSON.parse(stdout) as { segments: { start: number; speaker: string }[] };
    expect(segments.length).toBeGreaterThan(0);
    for (const { start, speaker } of segments) {
      expect(start).toBeGreaterThanOrEqual(5);
      expect(speaker).toBe('Channel 2');
    }

    await fetch(`${media.url}/s/closed/faults`, {
      method: 'PUT',
      body: JSON.stringify([{ kind: 'no-cors', times: 0 }]),
    });
    const refused = await transcribe([at('closed', 'jfk.wav')]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('(fetch/cross-origin)');
    const noTrack = await transcribe(['tests/fixtures/media/two-tracks.mkv', '--track', 'fr']);
    expect(noTrack.code).toBe(1);
    expect(noTrack.stderr).toMatch(
      /no audio track fr.*1 en The hall opus; 2 de The booth opus.*media\/no-such-track/,
    );
  } finally {
    await media.close();
  }
});

test('captions beside a recording are its text, and say so', async () => {
  const args = [SPEECH, 'tests/fixtures/media/captions.de.srt', '--captions', 'only', '--format', 'json'];
  const { code, stdout, stderr } = await transcribe(args);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    language: 'de',
    duration: 11,
    segments: [
      {
        start: 0.3,
        end: 2.3,
        text: 'Und so, meine amerikanischen Mitbürger,',
        origin: { kind: 'captions', track: 'captions.de.srt' },
      },
      { start: 3.3 },
    ],
    gaps: [],
  });
});
