/** The user's wording, without what the model in use cannot do: choosing another model must not make recordings fail. */
import { knowsOnlyEnglish } from './model-languages';
import { loadWording, type Wording } from './wording-settings';

export function wordingFor(model: string): Wording {
  const wording = loadWording();
  return knowsOnlyEnglish(model)
    ? { ...wording, language: null, languages: [], task: 'transcribe' }
    : wording;
}
