import { DEFAULT_THRESHOLDS } from '../../src/protocol/speech-thresholds';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../tools/command-line/usage';
import { parseCommandLine } from '../../tools/transcribe/command-line';
import { chooseModel } from '../../tools/transcribe/model-choice';
import { createProgressLine } from '../../tools/transcribe/progress-line';
import { resultPaths } from '../../tools/transcribe/results';

describe('arguments', () => {
  test('a file alone gets every default', () => {
    expect(parseCommandLine(['talk.mp3'])).toEqual({
      files: ['talk.mp3'],
      format: 'txt',
      out: null,
      model: 'embedded',
      settings: {
        backend: 'auto',
        threads: 0,
        chunkSeconds: null,
        batch: null,
        audioContext: 'auto',
        voiceActivity: true,
        speech: DEFAULT_THRESHOLDS,
        denoise: 'off',
        language: null,
        memoryLimitMegabytes: null,
        captions: 'auto',
        languages: [],
        task: 'transcribe',
        words: false,
        captionTrack: null,
        diarize: 'off',
        speakers: null,
        limitMinutes: 120,
        heard: { track: null, channels: 'mix', startSeconds: 0, endSeconds: null },
        pressure: '',
      },
      prompt: null,
      replace: null,
      stats: null,
      report: null,
      resume: null,
      help: false,
    });
  });

  test('all options, before and after the files', () => {
    const line =
      '--format vtt a.wav --out texts --model ./m --backend wasm --threads 2 b.wav ' +
      '--chunk-seconds 12.5 --batch 4 --vad off --vad-threshold 0.7 --denoise recognition --language en --stats s.json --context short ' +
      '--diarize full --speakers 3 --track DE --channels split --range 90-1:30:00 --captions only ' +
      '--memory-limit-mb 700 --limit-minutes 0 --report r.txt --words --prompt names.txt --replace fixes.txt --translate --resume state --inject-pressure 0.95@2,lost@3';
    expect(parseCommandLine(line.split(' '))).toEqual({
      files: ['a.wav', 'b.wav'],
      format: 'vtt',
      out: 'texts',
      model: './m',
      settings: {
        backend: 'wasm',
        threads: 2,
        chunkSeconds: 12.5,
        batch: 4,
        audioContext: 'short',
        voiceActivity: false,
        speech: { ...DEFAULT_THRESHOLDS, startProbability: 0.7, endProbability: 0.55 },
        denoise: 'recognition',
        language: 'en',
        memoryLimitMegabytes: 700,
        captions: 'only',
        languages: [],
        task: 'translate',
        words: true,
        captionTrack: null,
        diarize: 'full',
        speakers: 3,
        limitMinutes: null,
        heard: { track: { language: 'de' }, channels: 'split', startSeconds: 90, endSeconds: 5400 },
        pressure: '0.95@2,lost@3',
      },
      prompt: 'names.txt',
      replace: 'fixes.txt',
      stats: 's.json',
      report: 'r.txt',
      resume: 'state',
      help: false,
    });
  });

  test('a number of people asks for the simple way', () => {
    expect(parseCommandLine(['a.wav', '--speakers', '2']).settings).toMatchObject({
      diarize: 'simple',
      speakers: 2,
    });
  });

  test.each([
    [[], 'No file'],
    [['a.wav', '--speakers', '0'], '--speakers'],
    [['a.wav', '--diarize', 'some'], 'off, simple, full'],
    [['a.wav', 'b.wav'], '--out'],
    [['a.wav', '--format', 'docx'], 'txt, srt, vtt, json'],
    [['a.wav', '--backend', 'cuda'], 'auto, webgpu, wasm'],
    [['a.wav', '--vad', 'maybe'], 'on, off'],
    [['a.wav', '--vad-threshold', '1'], 'from 0.05 to 0.95'],
    [['a.wav', '--denoise', 'on'], 'off, vad, recognition'],
    [['a.wav', '--threads', '1.5'], 'whole number'],
    [['a.wav', '--threads', '-1'], '--threads'],
    [['a.wav', '--chunk-seconds', '31'], 'from 1 to 30'],
    [['a.wav', '--batch', '9'], 'from 1 to 8'],
    [['a.wav', '--chunk-seconds', ''], 'from 1 to 30'],
    [['a.wav', '--language', 'English'], 'two or three letters'],
    [['a.wav', '--context', 'tiny'], 'auto, full, short'],
    [['a.wav', '--memory-limit-mb', '0'], 'from 1 to'],
    [['a.wav', '--inject-pressure', 'much'], 'schedule'],
    [['a.wav', '--track', '0'], 'from 1 on'],
    [['a.wav', '--channels', 'both'], 'mix, split'],
    [['a.wav', '--range', '10'], 'START-END'],
    [['a.wav', '--range', '20-10'], 'START-END'],
    [['a.wav', '--range', '1:70-'], 'START-END'],
    [['a.wav', '--range', '1-2-3'], 'START-END'],
    [['a.wav', '--fast'], '--fast'],
    [['a.wav', '--out'], '--out'],
  ])('%j is wrong use, and the message says why', (args, words) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(words);
  });

  test('a range may be open at either end', () => {
    const range = (text: string) => parseCommandLine(['a.wav', `--range=${text}`]).settings.heard;
    expect(range('45-')).toMatchObject({ startSeconds: 45, endSeconds: null });
    expect(range('-0:30.5')).toMatchObject({ startSeconds: 0, endSeconds: 30.5 });
  });

  test('help needs no file', () => {
    expect(parseCommandLine(['--help']).help).toBe(true);
  });
});

describe('models', () => {
  async function places() {
    const root = await mkdtemp(join(tmpdir(), 'longhand-models-'));
    onTestFinished(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'app', 'embedded'), { recursive: true });
    await mkdir(join(root, 'mine', 'my model'), { recursive: true });
    await mkdir(join(root, 'fetched', 'owner', 'whisper'), { recursive: true });
    return {
      workingFolder: root,
      appModels: join(root, 'app'),
      fetchedModels: join(root, 'fetched'),
    };
  }

  test('a name is a model of the app, a path a mounted folder, an address an allowed host', async () => {
    const where = await places();
    expect(chooseModel('embedded', where)).toEqual({ url: 'models/embedded/', mounts: {}, host: null });
    expect(chooseModel('mine/my model/', where)).toEqual({
      url: 'models/local/my%20model/',
      mounts: { '/models/local/my%20model/': join(where.workingFolder, 'mine', 'my model') },
      host: null,
    });
    expect(chooseModel('owner/whisper', where).mounts).toEqual({
      '/models/local/whisper/': join(where.fetchedModels, 'owner', 'whisper'),
    });
    expect(chooseModel('https://models.example/whisper', where)).toEqual({
      url: 'https://models.example/whisper/',
      mounts: {},
      host: 'https://models.example',
    });
  });

  test('anything else is wrong use, and the message lists what there is', async () => {
    const where = await places();
    expect(() => chooseModel('whisper-huge', where)).toThrow(UsageError);
    expect(() => chooseModel('whisper-huge', where)).toThrow('embedded');
  });
});

test('results never share a path', () => {
  expect(resultPaths(['a/talk.mp3', 'b/talk.wav', 'c/Talk.wav', '.hidden', 'plain'], 'srt', 'out')).toEqual([
    join('out', 'talk.srt'),
    join('out', 'talk.wav.srt'),
    join('out', 'Talk.wav-2.srt'),
    join('out', '.hidden.srt'),
    join('out', 'plain.srt'),
  ]);
});

describe('progress', () => {
  const at = (doneSeconds: number) => ({
    doneSeconds,
    durationSeconds: 100,
    speedFactor: 28.44,
    secondsLeft: 2,
    segments: 1,
  });

  test('a terminal gets one line, rewritten', () => {
    let text = '';
    const line = createProgressLine('talk.mp3', {
      isTTY: true,
      columns: 60,
      write: (part: string) => (text += part),
    });
    line.show(at(1));
    line.show(at(75));
    line.end();
    expect(text.split('\r\u001b[K')).toEqual([
      '',
      'talk.mp3: 0:01 of 1:40, 28.4× real time, 2 s left',
      'talk.mp3: 1:15 of 1:40, 28.4× real time, 2 s left',
      '',
    ]);
  });

  test('a log gets a line for each tenth', () => {
    const lines: string[] = [];
    const line = createProgressLine('talk.mp3', { write: (part: string) => lines.push(part) });
    for (const seconds of [1, 5, 11, 12, 35, 36]) line.show(at(seconds));
    expect(lines.map((text) => text.slice(0, 14))).toEqual(['talk.mp3: 0:11', 'talk.mp3: 0:35']);
  });
});

test('the result of an address is named after what lies there', () => {
  const addresses = [
    'https://a.example/shows/talk%2Fone.mp3?key=1',
    'https://a.example/',
    'http://b.example/talk.m4a',
  ];
  const names = ['talk_one.txt', 'a.txt', 'talk.txt'];
  expect(resultPaths(addresses, 'txt', 'out')).toEqual(names.map((name) => join('out', name)));
});
