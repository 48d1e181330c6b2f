/**
 * Small choices kept in this browser, as text by a name. A browser that keeps nothing is no reason to refuse anything:
 * whoever asks holds a choice for this visit then.
 */

/** Null where nothing is kept, or nothing can be. */
export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** `text` null forgets it. False where this browser does not keep it. */
export function keep(name: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}
