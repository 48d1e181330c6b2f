/**
 * Markup of captions becomes plain text. Whatever comes out is only ever shown as text; stripping is for readers, not
 * for safety. Only what the formats define is markup: a lone `<` in a sentence stays.
 */

/** WebVTT and SubRip, with what players accept in either: `<i>`, `<font color=…>`, `<c.yellow>`, `<00:00:01.500>`. */
const TAG =
  /<\/?(?:b|i|u|s|c|v|em|strong|font|span|ruby|rt|lang|br)(?:[.\s/][^<>]*)?>|<(?:\d+:)?\d\d:\d\d[.,]\d{3}>/gi;
const LINE_BREAK = /<br\s*\/?>|\\N/g;

export const withoutTags = (text: string): string => text.replace(LINE_BREAK, '\n').replace(TAG, '');

/** `{\an8}` and the like, which SubRip took over from SubStation Alpha. */
export const withoutOverrides = (text: string): string => text.replace(/\{\\[^{}]*\}/g, '');

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

export function withEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,5}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[(name as string).toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : parseInt(hex as string, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

export interface Voice {
  speaker: string | null;
  text: string;
}

/** A WebVTT cue by its voices: `<v.loud Roger>Hi</v>` names who speaks until the next one. */
export function voices(cueText: string): Voice[] {
  const parts = cueText.split(/<v((?:\.[^<>\s]*)?(?:\s[^<>]*)?)>/i);
  const said = parts.flatMap((part, index) => {
    if (index % 2 === 1) return [];
    const annotation = index === 0 ? '' : parts[index - 1]!.replace(/^\.\S*/, '');
    const speaker = withEntities(annotation).trim() || null;
    const text = withEntities(withoutTags(part));
    return text.trim() === '' ? [] : [{ speaker, text }];
  });
  return said;
}
