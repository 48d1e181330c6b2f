/** How much more can be recorded, in words. In: bytes the browser says are free, which are only ever shown. */

/** 48 kHz, 16 bit, one track. */
const BYTES_PER_HOUR = 48_000 * 2 * 3600;

/** `room for about 600 hours more`; empty where there is next to none, which the browser may not mean. */
export function roomWords(freeBytes: number): string {
  const hours = freeBytes / BYTES_PER_HOUR;
  if (hours < 1) return '';
  const rounded = hours < 10 ? Math.floor(hours) : Math.floor(hours / 10) * 10;
  return `room for about ${rounded} ${rounded === 1 ? 'hour' : 'hours'} more`;
}
