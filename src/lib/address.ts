/** Addresses of recordings, as people paste them. */

/** What a person calls what lies behind an address: the last part of its path, else the host. */
export function addressName(url: string): string {
  const { pathname, host } = new URL(url);
  const last = pathname.split('/').findLast((part) => part !== '') ?? host;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** A pasted text as an address to fetch from, or null: http and https, nothing else. */
export function parseAddress(text: string): string | null {
  try {
    const url = new URL(text.trim());
    url.hash = '';
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
