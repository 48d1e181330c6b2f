/**
 * How new recordings are written, kept in this browser: languages, translation, word times, expected names,
 * replacements. A browser that keeps nothing is no reason to refuse: the choice then holds for this visit.
 */
import { DEFAULT_SETTINGS, type JobSettings } from '../../jobs/job-settings';
import { keep, readKept } from '../kept';

export type Wording = Pick<
  JobSettings,
  'language' | 'languages' | 'task' | 'words' | 'prompt' | 'replacements'
>;

const STORED_AS = 'longhand-wording';

export const wordingOf = ({ language, languages, task, words, prompt, replacements }: Wording): Wording => ({
  language,
  languages,
  task,
  words,
  prompt,
  replacements,
});
const DEFAULT_WORDING = wordingOf(DEFAULT_SETTINGS);

let choice: Wording | null = null;

export function loadWording(): Wording {
  choice ??= { ...DEFAULT_WORDING, ...parseWording(readKept(STORED_AS) ?? '') };
  return choice;
}

export function storeWording(wording: Wording): void {
  choice = wording;
  keep(STORED_AS, JSON.stringify(wording));
}

/** What of a stored text is what it should be; another version of the page may have written it. */
export function parseWording(text: string): Partial<Wording> {
  let stored: Record<string, unknown>;
  try {
    stored = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
  const { language, languages, task, words, prompt, replacements } = stored;
  const isCode = (value: unknown): value is string => typeof value === 'string' && /^[a-z]{2,3}$/.test(value);
  const isPair = (value: unknown): value is { from: string; to: string } => {
    const { from, to } = Object(value) as Record<string, unknown>;
    return typeof from === 'string' && typeof to === 'string';
  };
  return {
    ...(isCode(language) ? { language } : {}),
    ...(Array.isArray(languages) && languages.every(isCode) ? { languages } : {}),
    ...(task === 'translate' ? { task } : {}),
    ...(typeof words === 'boolean' ? { words } : {}),
    ...(typeof prompt === 'string' ? { prompt } : {}),
    ...(Array.isArray(replacements) && replacements.every(isPair) ? { replacements } : {}),
  };
}
