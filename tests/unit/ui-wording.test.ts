import { expect, test } from 'vitest';
import { EMBEDDED_ADDRESS, storedModelUrl } from '../../src/models/model-address';
import { languageName, LANGUAGES } from '../../src/ui/wording/languages';
import { knowsOnlyEnglish } from '../../src/ui/wording/model-languages';
import { parseWording } from '../../src/ui/wording/wording-settings';

test('of a stored wording, only what is what it should be is taken', () => {
  const wording = {
    language: null,
    languages: ['en', 'de'],
    task: 'translate',
    words: true,
    prompt: 'Sigrid',
    replacements: [{ from: 'a', to: 'b' }],
  } as const;
  expect(parseWording(JSON.stringify(wording))).toEqual({ ...wording, language: undefined });
  expect(parseWording('{"languages":["<b>"],"task":1,"words":"yes","replacements":[{"from":1}]}')).toEqual(
    {},
  );
  for (const text of ['', 'null', '[', '3']) expect(parseWording(text)).toEqual({});
});

test('the page knows which models know one language only, and leaves the others to tell', () => {
  expect(knowsOnlyEnglish(EMBEDDED_ADDRESS)).toBe(true);
  expect(knowsOnlyEnglish(storedModelUrl('onnx-community/whisper-base.en'))).toBe(true);
  expect(knowsOnlyEnglish(storedModelUrl('onnx-community/whisper-base'))).toBe(false);
  expect(knowsOnlyEnglish(storedModelUrl('import/mine'))).toBeNull();
});

test('every language of Whisper has a name', () => {
  expect(LANGUAGES).toHaveLength(100);
  expect(languageName('jw')).toBe('Javanese');
  for (const { code, name } of LANGUAGES) expect(name, code).toMatch(/^[A-Z]/);
});
