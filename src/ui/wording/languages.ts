/** The languages that multilingual Whisper models know, in words. */

/** ISO 639-1 or 639-2, as Whisper's tokens have them (openai/whisper, tokenizer.py). */
const CODES =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'.split(
    ' ',
  );

const names = new Intl.DisplayNames('en', { type: 'language' });

/** In the browser's own words; Whisper writes Javanese in an old way. */
export const languageName = (code: string): string => names.of(code === 'jw' ? 'jv' : code) ?? code;

export const LANGUAGES: readonly { code: string; name: string }[] = CODES.map((code) => ({
  code,
  name: languageName(code),
})).sort((a, b) => a.name.localeCompare(b.name, 'en'));
