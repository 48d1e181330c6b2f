/**
 * Progress on standard error. In: the page's progress after each batch. Out: on a terminal one line that is
 * rewritten; elsewhere (a log, a pipe) a line at every tenth of the recording.
 */
import type { AutomationProgress } from '../../src/ui/automation/automation';
import { formatDuration, formatSpeed, formatTimeLeft } from '../../src/ui/format';

export interface ProgressLine {
  show(progress: AutomationProgress): void;
  /** Clears what stands there, so that the next line begins at the left. */
  end(): void;
}

export interface LineTarget {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[K';

export function createProgressLine(name: string, target: LineTarget): ProgressLine {
  if (target.isTTY) {
    return {
      show: (progress) => {
        const line = progressText(name, progress);
        target.write(`${CLEAR_LINE}${line.slice(0, (target.columns ?? 80) - 1)}`);
      },
      end: () => target.write(CLEAR_LINE),
    };
  }
  let shownTenths = 0;
  let shownStage: AutomationProgress['stage'];
  return {
    show: (progress) => {
      // Without a length, a line every five minutes of sound.
      const whole = progress.durationSeconds ?? 3000;
      const tenths = Math.floor((progress.doneSeconds / whole) * 10);
      if (progress.stage === shownStage && tenths <= shownTenths) return;
      shownStage = progress.stage;
      shownTenths = tenths;
      target.write(`${progressText(name, progress)}\n`);
    },
    end: () => undefined,
  };
}

/** `talk.mp3: 12:30 of 1:00:00, 28× real time, 1 min 42 s left`. */
export function progressText(name: string, progress: AutomationProgress): string {
  const { doneSeconds, durationSeconds, speedFactor, secondsLeft } = progress;
  const of = durationSeconds === null ? '' : ` of ${formatDuration(durationSeconds)}`;
  const parts = [
    `${formatDuration(doneSeconds)}${of}`,
    speedFactor === null ? '' : `${formatSpeed(speedFactor)} real time`,
    secondsLeft === null ? '' : `${formatTimeLeft(secondsLeft)} left`,
  ];
  const what = progress.stage ? `${name}, ${progress.stage}` : name;
  return `${what}: ${parts.filter(Boolean).join(', ')}`;
}
