/**
 * Which hosts this copy of the app may fetch models from. In: the content security policy that its own server sends.
 * Out: the sources that requests may go to, and whether an address is among them. The policy is the only list there is:
 * what it does not admit, the browser does not let out, whatever the page thinks.
 */

/** The sources of `connect-src`; null where nothing restricts requests. */
export function connectSources(policy: string | null): readonly string[] | null {
  const directives = (policy ?? '').split(';').map((directive) => directive.trim().split(/\s+/));
  const found =
    directives.find(([name]) => name === 'connect-src') ??
    directives.find(([name]) => name === 'default-src');
  return found ? found.slice(1) : null;
}

/** Read off the answer to a request for this page; null where nothing restricts requests, or nobody answers. */
export async function readConnectSources(page: string): Promise<readonly string[] | null> {
  const response = await fetch(page, { method: 'HEAD' }).catch(() => null);
  return response && connectSources(response.headers.get('content-security-policy'));
}

/** `own`: the origin of the page, which `'self'` stands for. */
export function admits(sources: readonly string[], address: string, own: string): boolean {
  const url = new URL(address);
  return sources.some((source) => {
    if (source === "'self'") return url.origin === own;
    if (source === '*' || source === url.protocol) return true;
    const parts = /^(https?:)\/\/(\*\.)?([^/:*]+)(?::(\d+))?\/?$/.exec(source);
    if (!parts) return false;
    const [, protocol, wildcard, host, port = ''] = parts;
    const sameHost = wildcard ? url.hostname.endsWith(`.${host}`) : url.hostname === host;
    return protocol === url.protocol && sameHost && port === url.port;
  });
}
