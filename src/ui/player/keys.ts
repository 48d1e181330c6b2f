/**
 * Single keys while a transcript is open: K plays or pauses, J and L go back and forward. In: a key event.
 * Out: what it means, or nothing while someone types. They can be turned off (WCAG 2.1.4), which is remembered.
 */
import { keep, readKept } from '../kept';

export type PlayerKey = 'toggle' | 'back' | 'forward';

const MEANINGS: Readonly<Record<string, PlayerKey>> = { k: 'toggle', j: 'back', l: 'forward' };

export function playerKey(event: KeyboardEvent): PlayerKey | undefined {
  if (event.ctrlKey || event.metaKey || event.repeat) return undefined;
  if (isTyping(event.target) && !event.altKey) return undefined;
  return MEANINGS[event.key.toLowerCase()];
}

/** N and Shift N: to the next word in doubt, or back. */
export function doubtKey(event: KeyboardEvent): 1 | -1 | undefined {
  if (event.ctrlKey || event.metaKey || event.key.toLowerCase() !== 'n') return undefined;
  if (isTyping(event.target) && !event.altKey) return undefined;
  return event.shiftKey ? -1 : 1;
}

/** R: the passage written again. */
export function passageKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return false;
  return event.key.toLowerCase() === 'r' && (event.altKey || !isTyping(event.target));
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'));

const STORED_AS = 'longhand-single-keys';

export const loadKeysOn = (): boolean => readKept(STORED_AS) !== 'off';
export const storeKeysOn = (on: boolean): boolean => keep(STORED_AS, on ? 'on' : 'off');
