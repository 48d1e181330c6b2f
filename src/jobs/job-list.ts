/** The jobs that the page knows, as immutable snapshots, and who wants to hear of changes. Pure but for its state. */
import type { JobView } from './job';

export interface JobList {
  /** Newest first. */
  readonly jobs: readonly JobView[];
  /** Ids of this visit's queue, in the order in which they are written. */
  readonly order: readonly string[];
  subscribe(listener: () => void): () => void;
  find(id: string): JobView | undefined;
  change(id: string, fields: Partial<JobView>): void;
  /** Jobs that are not known yet. */
  add(jobs: readonly JobView[]): void;
  /** At the end of the queue, where it is not in it. */
  enqueue(ids: readonly string[]): void;
  /** Later by so many places, earlier by negative ones. */
  move(id: string, places: number): void;
  remove(id: string): void;
}

export function createJobList(): JobList {
  const listeners = new Set<() => void>();
  let jobs: readonly JobView[] = [];
  let order: readonly string[] = [];
  const publish = () => {
    for (const listener of listeners) listener();
  };
  return {
    get jobs() {
      return jobs;
    },
    get order() {
      return order;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    find: (id) => jobs.find((job) => job.id === id),
    change(id, fields) {
      jobs = jobs.map((job) => (job.id === id ? { ...job, ...fields } : job));
      publish();
    },
    add(more) {
      jobs = [...jobs, ...more].sort((a, b) => b.createdAt - a.createdAt);
      publish();
    },
    enqueue(ids) {
      order = [...order, ...ids.filter((id) => !order.includes(id))];
      publish();
    },
    move(id, places) {
      const from = order.indexOf(id);
      if (from === -1) return;
      const rest = order.filter((each) => each !== id);
      const to = Math.max(0, Math.min(rest.length, from + places));
      order = [...rest.slice(0, to), id, ...rest.slice(to)];
      publish();
    },
    remove(id) {
      jobs = jobs.filter((job) => job.id !== id);
      order = order.filter((each) => each !== id);
      publish();
    },
  };
}
