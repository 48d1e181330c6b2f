/**
 * Why a request got no answer that a page may see. In: its address, after `fetch` has failed. Out: whether a server is
 * there. The one decision to know: a fetch that CORS forbids and one that reaches nobody fail with the same TypeError.
 * Asked again in `no-cors` mode, a server that is there either answers (opaquely) or is kept out by our own isolation
 * (COEP), which the browser reports; one that is not there does neither. (Both checked in Chromium 156, 2026-11-25.)
 */

export type Unreachable =
  /** A server answers, and does not allow other sites to read what it says. */
  | 'cross-origin'
  /** The policy of this copy of Longhand does not let requests go there. */
  | 'policy'
  /** This machine has no network. */
  | 'offline'
  /** Nobody answered, or the browser does not tell which of these it was. */
  | 'no-answer';

/** Reports come in a turn of their own after the failure. */
const REPORT_WAIT_MS = 1500;

export async function whyUnreachable(url: string, signal: AbortSignal): Promise<Unreachable> {
  const watch = watchReports(new URL(url));
  try {
    const answer = fetch(url, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal });
    const response = await answer.catch(() => null);
    await response?.body?.cancel().catch(() => undefined);
    if (response) return 'cross-origin';
    const report = await watch.first(REPORT_WAIT_MS);
    signal.throwIfAborted();
    return report ?? (navigator.onLine ? 'no-answer' : 'offline');
  } finally {
    watch.close();
  }
}

/** Chromium's report shows its content only as JSON. */
function blockedUrl(report: Report): string {
  const { toJSON } = report as { toJSON?: () => unknown };
  const { body } = (toJSON?.call(report) ?? report) as { body?: { blockedURL?: string } | null };
  return body?.blockedURL ?? '';
}

function watchReports(url: URL) {
  const { promise, resolve } = Promise.withResolvers<Unreachable>();
  const concerns = (blocked: string) => blocked === url.href || blocked === url.origin;
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (concerns(event.blockedURI)) resolve('policy');
  };
  const target = self as unknown as EventTarget;
  target.addEventListener('securitypolicyviolation', onViolation as EventListener);
  const observer =
    'ReportingObserver' in self
      ? new ReportingObserver(
          (reports) => {
            if (reports.some((report) => concerns(blockedUrl(report)))) resolve('cross-origin');
          },
          { types: ['coep'] },
        )
      : null;
  observer?.observe();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    first: (ms: number) =>
      Promise.race([promise, new Promise<null>((none) => (timer = setTimeout(() => none(null), ms)))]),
    close() {
      clearTimeout(timer);
      observer?.disconnect();
      target.removeEventListener('securitypolicyviolation', onViolation as EventListener);
    },
  };
}
