/** Whether new recordings have their speakers told apart: kept in this browser, or else for this visit. */
import type { JobSettings } from '../../jobs/job-settings';
import { keep, readKept } from '../kept';

const KEY = 'longhand-speakers';

let choice: JobSettings['diarize'] | null = null;

export function loadSpeakerChoice(): JobSettings['diarize'] {
  return choice ?? parse(readKept(KEY));
}

export function storeSpeakerChoice(method: JobSettings['diarize']): void {
  choice = method;
  keep(KEY, method);
}

const parse = (stored: string | null): JobSettings['diarize'] =>
  stored === 'simple' || stored === 'full' ? stored : 'off';
