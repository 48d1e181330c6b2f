/** A stretch of the recording whose speech has no text, and why. Gaps are shown in the transcript, never hidden. */
import type { ErrorCode } from '../lib/error-codes';

export interface Gap {
  startSeconds: number;
  endSeconds: number;
  reason: ErrorCode;
  /** For the engineer: what the decoder said. */
  detail?: string;
}
