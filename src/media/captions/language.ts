/** Languages as containers and file names write them (`eng`, `ger`, `pt_BR`), as BCP 47; null where none is told. */

export function languageTag(written: string | null | undefined): string | null {
  const text = (written ?? '').trim().replaceAll('_', '-');
  if (!/^[a-z]{2,3}(?:-[a-z\d]{2,8}){0,3}$/i.test(text)) return null;
  try {
    // Knows that `eng` is `en`, and `ger` as well as `deu` is `de`.
    const tag = Intl.getCanonicalLocales(text)[0]!;
    return /^(und|mul|mis|zxx|qaa)\b/.test(tag) ? null : tag;
  } catch {
    return null;
  }
}

/**
 * `talk.pt-BR.srt`, `talk.en.sdh.srt`: the last part before the ending that is a language. Only languages with a code
 * of two letters count, since too many words are codes of three (`one`, `day`, `new`).
 */
export function languageInName(name: string): string | null {
  const parts = name.split('.').slice(1, -1).toReversed().slice(0, 3);
  const tags = parts.map(languageTag).filter((tag) => tag !== null && isKnown(tag));
  // In file names `hi` is the hard of hearing rather than Hindi, where another language is named.
  return tags.find((tag) => tag !== 'hi') ?? tags[0] ?? null;
}

function isKnown(tag: string): boolean {
  const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  return /^[a-z]{2}\b/.test(tag) && names.of(tag) !== undefined;
}
