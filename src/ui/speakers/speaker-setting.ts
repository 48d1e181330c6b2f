/** Whether new recordings have their speakers told apart: kept in this browser, or else for this visit. */
import type { JobSettings } from '../../jobs/job-settings';

const KEY = 'longhand-speakers';

let choice: JobSettings['diarize'] | null = null;

export function loadSpeakerChoice(): JobSettings['diarize'] {
  return choice ?? parse(read());
}

export function storeSpeakerChoice(method: JobSettings['diarize']): void {
  choice = method;
  try {
    localStorage.setItem(KEY, method);
  } catch {
    return;
  }
}

const parse = (stored: string | null): JobSettings['diarize'] =>
  stored === 'simple' || stored === 'full' ? stored : 'off';

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
