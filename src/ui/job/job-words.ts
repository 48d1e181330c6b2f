/** A job in words: what the margin, the list and the screen reader say of its state. Pure. */
import type { JobView } from '../../jobs/job-queue';
import { EMBEDDED_MODEL } from '../../jobs/job-settings';
import { storedModelId } from '../../models/model-address';
import { formatDuration, formatSpeed, formatTimeLeft, spokenDuration } from '../format';
import { errorText } from '../messages/error-text';
import { modelTitle } from '../models/model-words';

/** True until the job has come to an end of whatever kind. */
export const isActive = (job: JobView): boolean =>
  job.state.kind === 'waiting' ||
  job.state.kind === 'opening' ||
  job.state.kind === 'asking' ||
  job.state.kind === 'working';

export function stateWord(job: JobView): string {
  switch (job.state.kind) {
    case 'waiting':
      return 'Waiting';
    case 'opening':
      return 'Opening';
    case 'asking':
      return 'Captions found';
    case 'working':
      return 'Writing';
    case 'paused':
      return 'Paused';
    case 'stopped':
      return 'Stopped';
    case 'cut-off':
      return job.doneSeconds > 0 ? 'Cut off' : 'Not begun';
    case 'elsewhere':
      return 'In another tab';
    case 'done':
      return 'Written';
    case 'failed':
      return errorText(job.state.error).title;
  }
}

/** On the button that goes on: from where, or that it begins. */
export function goOnWords(job: JobView): string {
  const verb = job.state.kind === 'failed' ? 'Try again' : job.doneSeconds > 0 ? 'Go on' : 'Begin';
  return job.doneSeconds > 0 ? `${verb} from ${formatDuration(job.doneSeconds)}` : verb;
}

/** Why it is not finished, in a sentence: for states that end without a failure. */
export function endWords(job: JobView): string {
  const at = formatDuration(job.doneSeconds);
  switch (job.state.kind) {
    case 'paused':
      return job.doneSeconds > 0 ? `Writing is paused at ${at}.` : 'It is held back, and not begun.';
    case 'cut-off':
      return job.doneSeconds > 0
        ? `Writing was cut off at ${at}: the page was closed or broke down.`
        : 'It was not begun before the page was closed or broke down.';
    case 'elsewhere':
      return 'It is being written in another tab.';
    default:
      return `Writing was stopped at ${at}.`;
  }
}

/** `1:02:44 of 2:14:08`, or the length alone once all of it is written. */
export function extentWords(job: JobView): string {
  const total = job.durationSeconds;
  if (job.doneSeconds === 0 && job.state.kind !== 'done') return total === null ? '' : formatDuration(total);
  if (job.state.kind === 'done') return formatDuration(total ?? job.doneSeconds);
  return total === null
    ? formatDuration(job.doneSeconds)
    : `${formatDuration(job.doneSeconds)} of ${formatDuration(total)}`;
}

/** `9.4 times real time, about 7 min 36 s left`, as far as known. */
export function paceWords(job: JobView): string {
  const speed =
    job.speedFactor === null ? '' : `${formatSpeed(job.speedFactor).slice(0, -1)} times real time`;
  const left = job.secondsLeft === null ? '' : `about ${formatTimeLeft(job.secondsLeft)} left`;
  return [speed, left].filter(Boolean).join(', ');
}

/** Said to a screen reader when it changes: the state, and each quarter of the way. */
export function announcement(job: JobView): string {
  if (job.state.kind === 'failed') return errorText(job.state.error).what;
  if (job.state.kind === 'stopped' || job.state.kind === 'paused')
    return `${stateWord(job)}. ${spokenDuration(job.doneSeconds)} are kept.`;
  if (job.state.kind !== 'working') return stateWord(job);
  const quarter = job.durationSeconds ? Math.floor((4 * job.doneSeconds) / job.durationSeconds) : 0;
  return [
    'Writing',
    'A quarter is written',
    'Half is written',
    'Three quarters are written',
    'Nearly all is written',
  ][Math.min(quarter, 4)] as string;
}

/** How far the recording is known to go: what a navigator or an export needs a number for. */
export function knownSeconds(job: JobView): number {
  const last = job.segments.at(-1);
  return job.durationSeconds ?? Math.max(job.doneSeconds, last?.endSeconds ?? 0);
}

/** What a model is called where people read it; one that has no name here goes by its folder. */
export function modelName(model: string): string {
  if (model === EMBEDDED_MODEL) return 'Embedded English';
  const id = storedModelId(model);
  return id === null ? model.replace(/\/+$/, '').replace(/^.*\//, '') : modelTitle(id);
}

/** Under the title; nothing where the recording was taken as it is. */
export const noiseWords: Record<JobView['settings']['denoise'], string> = {
  off: '',
  vad: 'noise taken out to find speech',
  recognition: 'noise taken out',
};
