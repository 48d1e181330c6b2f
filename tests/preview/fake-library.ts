/** Models without a worker or storage, for looking at the page and for its component tests: the view is set by hand. */
import { EMBEDDED_ADDRESS } from '../../src/models/model-address';
import type { LibraryView, ModelLibrary } from '../../src/ui/models/model-library';

export interface FakeLibrary extends ModelLibrary {
  /** Changes the view and tells the page. */
  set(fields: Partial<LibraryView>): void;
  readonly calls: string[];
}

export function createFakeLibrary(fields: Partial<LibraryView> = {}): FakeLibrary {
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  let view: LibraryView = {
    stored: [],
    tasks: new Map(),
    room: null,
    persisted: null,
    chosen: EMBEDDED_ADDRESS,
    hosts: ['https://huggingface.co'],
    trouble: null,
    ...fields,
  };
  const set = (change: Partial<LibraryView>) => {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  };
  const note = async (...words: unknown[]) => void calls.push(words.join(' '));
  return {
    calls,
    set,
    get view() {
      return view;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: () => Promise.resolve(),
    fetch: (id, backend) => note('fetch', id, backend),
    pause: (key) => void calls.push(`pause ${key}`),
    check: (id) => note('check', id),
    quantize: (id, form) => note('quantize', id, form),
    take: (name, files) => note('take', name, files.length),
    remove: (id) => note('remove', id),
    choose: (chosen) => set({ chosen }),
    setHosts: (hosts) => set({ hosts: hosts ?? ['https://huggingface.co'] }),
    persist: () => note('persist'),
  };
}
