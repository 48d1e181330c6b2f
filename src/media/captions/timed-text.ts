/**
 * TTML, DFXP, IMSC1 text. In: the document's text. Out: cues, one for each `<p>` with times.
 * Workers have no DOMParser: tags are told apart by hand, and only `p`, `br`, `span` and `tt` mean anything here.
 * Source: https://www.w3.org/TR/ttml1/, times of section 10.3.1.
 */
import { parseClock } from './clock';
import type { CueList } from './cue-list';
import { withEntities } from './markup';

interface Rates {
  frames: number;
  ticks: number;
}

export function readTimedText(text: string, cues: CueList, shiftSeconds = 0): void {
  const document = text.replace(/<!--[^]*?(?:-->|$)/g, '');
  const rates = readRates(document);
  let cue: { startSeconds: number; endSeconds: number | null; text: string } | null = null;
  for (const [, closing, name, attributes, words] of document.matchAll(
    /<(\/?)(?:[\w-]+:)?([\w-]+)([^<>]{0,4000})>([^<]*)/g,
  )) {
    if (name === 'p') {
      if (cue) cues.add(cue);
      cue = closing || attributes!.endsWith('/') ? null : timesOf(attributes!, rates, shiftSeconds);
      if (cue) cue.text = asLine(words!);
    } else if (cue) {
      cue.text += (name === 'br' ? '\n' : '') + asLine(words!);
    }
  }
  if (cue) cues.add(cue);
}

/** Line ends of the document are space, those of the speech are `<br/>`. */
const asLine = (words: string): string => withEntities(words.replace(/\s+/g, ' '));

function timesOf(attributes: string, rates: Rates, shiftSeconds: number) {
  const begin = parseTime(attribute(attributes, 'begin'), rates);
  if (begin === null) return null;
  const duration = parseTime(attribute(attributes, 'dur'), rates);
  const end = parseTime(attribute(attributes, 'end'), rates) ?? (duration === null ? null : begin + duration);
  return {
    startSeconds: begin + shiftSeconds,
    endSeconds: end === null ? null : end + shiftSeconds,
    text: '',
  };
}

function attribute(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|\\s|:)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found ? (found[1] ?? found[2] ?? null) : null;
}

function readRates(document: string): Rates {
  const root = /<(?:[\w-]+:)?tt(\s[^<>]{0,4000})>/.exec(document)?.[1] ?? '';
  const number = (name: string) => Number(attribute(root, name)) || null;
  const multiplier = (attribute(root, 'frameRateMultiplier') ?? '1 1')
    .trim()
    .split(/[\s:]+/)
    .map(Number);
  const frames = (number('frameRate') ?? 30) * ((multiplier[0] ?? 1) / (multiplier[1] ?? 1) || 1);
  return { frames, ticks: number('tickRate') ?? 1 };
}

function parseTime(text: string | null, { frames, ticks }: Rates): number | null {
  if (text === null) return null;
  const offset = /^\s*([\d.]{1,20})(h|ms|m|s|f|t)\s*$/.exec(text);
  if (offset) {
    const units = { h: 3600, m: 60, s: 1, ms: 0.001, f: 1 / frames, t: 1 / ticks };
    return Number(offset[1]) * units[offset[2] as keyof typeof units];
  }
  const withFrames = /^(.*:.*:.*):(\d{1,3})(?:\.\d+)?$/.exec(text.trim());
  if (!withFrames) return parseClock(text);
  const seconds = parseClock(withFrames[1]!);
  return seconds === null ? null : seconds + Number(withFrames[2]) / frames;
}
