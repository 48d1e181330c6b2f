/**
 * How much of a caption track is read. The numbers are far above what people write (a feature film has 2,000 cues, ten
 * hours of talk about 15,000) and bound what a hostile file can cost.
 */

export const MOST_TRACKS = 32;
export const MOST_CUES = 100_000;
/** Characters of one cue. */
export const MOST_CUE_LENGTH = 4_000;
/** Bytes of one cue as the container holds it: markup, styles and positions included. */
export const MOST_SAMPLE_BYTES = 256 * 1024;
/** Of a caption file. */
export const MOST_FILE_BYTES = 32 * 1024 * 1024;
/** Bytes of index tables that are read for one track. */
export const MOST_TABLE_BYTES = 8 * 1024 * 1024;
/** Searching goes on no longer; what was found by then is offered, marked as cut. */
export const LONGEST_SEARCH_MS = 15_000;

/** Ends a search in time. In: how long it may take. Out: whether that has passed, asked in every loop. */
export interface SearchClock {
  readonly passed: boolean;
}

export function startSearchClock(limitMs: number, signal?: AbortSignal): SearchClock {
  const end = performance.now() + limitMs;
  return {
    get passed() {
      signal?.throwIfAborted();
      return performance.now() > end;
    },
  };
}
