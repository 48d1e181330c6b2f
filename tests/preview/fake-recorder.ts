/** A recorder without sound, for looking at the page and for its component tests: its snapshot is set by hand. */
import type { Recorder } from '../../src/jobs/recording/recorder';
import { IDLE, type RecordingView } from '../../src/jobs/recording/recording-view';

export interface FakeRecorder extends Recorder {
  set(view: Partial<RecordingView>): void;
  readonly calls: string[];
}

export function createFakeRecorder(): FakeRecorder {
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  let view = IDLE;
  const note = (call: string) => () => void calls.push(call);
  return {
    calls,
    get view() {
      return view;
    },
    set(fields) {
      view = { ...view, ...fields };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => Promise.resolve(calls.push('start')).then(() => undefined),
    pause: note('pause'),
    resume: note('resume'),
    mark: note('mark'),
    stop: () => Promise.resolve(calls.push('stop')).then(() => null),
    encodeOpus: () => Promise.resolve(new File([], 'none.ogg')),
  };
}
