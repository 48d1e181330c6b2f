/** Where the reader is. In: the address after `#`. Out: a view; what is not known leads to New. */
export type Route =
  | { view: 'new' }
  | { view: 'models' }
  | { view: 'record' }
  | { view: 'report' }
  /** `id`: the job whose text is judged; null for two files. */
  | { view: 'evaluate'; id: string | null }
  | { view: 'job'; id: string };

export function parseRoute(hash: string): Route {
  if (hash === modelsHref) return { view: 'models' };
  if (hash === recordHref) return { view: 'record' };
  if (hash === reportHref) return { view: 'report' };
  const judged = /^#\/evaluate(?:\/([^/]+))?$/.exec(hash);
  if (judged) return { view: 'evaluate', id: judged[1] === undefined ? null : decodeURIComponent(judged[1]) };
  const job = /^#\/job\/([^/]+)$/.exec(hash);
  return job?.[1] === undefined ? { view: 'new' } : { view: 'job', id: decodeURIComponent(job[1]) };
}

export const newHref = '#/';
export const modelsHref = '#/models';
export const recordHref = '#/record';
export const reportHref = '#/report';
export const evaluateHref = (id: string | null): string =>
  id === null ? '#/evaluate' : `#/evaluate/${encodeURIComponent(id)}`;
export const jobHref = (id: string): string => `#/job/${encodeURIComponent(id)}`;
