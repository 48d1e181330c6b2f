/**
 * Numbers as people read them: times, sizes, speeds, dates. In: plain numbers with their unit in the name.
 * Out: text in sentence case, with its unit. Pure, shared by the page and the command line.
 */

/** `0:07`, `46:31`, `1:02:44`: whole seconds, rounded down, so that a position is never ahead of the sound. */
export function formatDuration(seconds: number): string {
  const { hours, minutes, rest } = split(seconds);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

/** `7 min 36 s`, `2 h 5 min`, `4 s`: how long something takes; rounded up, because less than is true annoys. */
export function formatTimeLeft(seconds: number): string {
  const { hours, minutes, rest } = split(Math.ceil(seconds));
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

/** `1 hour 2 minutes 44 seconds`: the same time for a screen reader, which would read `1:02:44` as a ratio. */
export function spokenDuration(seconds: number): string {
  const { hours, minutes, rest } = split(seconds);
  const parts = [
    hours > 0 ? count(hours, 'hour') : '',
    minutes > 0 ? count(minutes, 'minute') : '',
    rest > 0 || seconds < 60 ? count(rest, 'second') : '',
  ];
  return parts.filter(Boolean).join(' ');
}

/** `19 seconds`, `2 minutes 5 seconds`: the length of a gap; what is shorter than a second is said so. */
export function formatLength(seconds: number): string {
  return seconds < 1 ? 'Less than a second' : spokenDuration(seconds);
}

/** `9.4×`, `112×`: times real time, rounded down. */
export function formatSpeed(factor: number): string {
  const text = factor >= 100 ? String(Math.floor(factor)) : (Math.floor(factor * 10) / 10).toFixed(1);
  return `${text}×`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `868 MB`, `1.7 GB`: powers of a thousand, as file managers show them. */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `1 word`, `18,912 words`. */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? singular : plural}`;
}

/** `Today, 14:02`, `Yesterday, 18:20`, `17 November`, `3 March 2024`. Both times in milliseconds since 1970. */
export function formatDate(time: number, now: number): string {
  const date = new Date(time);
  const clock = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const days = calendarDay(new Date(now)) - calendarDay(date);
  if (days === 0) return `Today, ${clock}`;
  if (days === 1) return `Yesterday, ${clock}`;
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

/** A file name without its ending: what a transcript is called until its owner names it. */
export function titleOf(fileName: string): string {
  const title = fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  return title === '' ? fileName : title;
}

function split(seconds: number): { hours: number; minutes: number; rest: number } {
  const whole = Math.max(0, Math.floor(seconds));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, rest: whole % 60 };
}

/** Days since 1970 by the local calendar; noon keeps daylight saving from moving a day. */
const calendarDay = (date: Date): number =>
  Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), 12) / 86_400_000);

/** `90`, `1:30`, `0:01:30.5` are all seconds; NaN for anything else. */
export function parseClock(text: string): number {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (!match) return NaN;
  const [, hours, minutes, seconds] = match;
  if (minutes !== undefined && Number(seconds) >= 60) return NaN;
  if (hours !== undefined && Number(minutes) >= 60) return NaN;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
}
