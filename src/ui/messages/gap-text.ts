/**
 * Why a stretch of a recording has no text. In: the gap's reason code. Out: one sentence for its row.
 * Codes that never make a gap fall back to the last line, so that no gap is ever without a reason.
 */
import type { ErrorCode } from '../../lib/error-codes';

const REASONS: Partial<Record<ErrorCode, string>> = {
  'media/damaged': 'The file is damaged here, so there is no sound to listen to.',
  'media/unreadable': 'The file could not be read here.',
  'media/stalled': 'The file gave nothing more here.',
  'media/unsupported-codec': 'The sound changes here to a form that this browser cannot decode.',
  'speech/garbage-logits': 'Someone speaks, but the model made no sense of it.',
  'speech/no-text': 'The model found no words here.',
  'speech/device-lost': 'The graphics card stopped answering here.',
  'speech/out-of-memory': 'There was not enough memory to write this part.',
  'speech/stalled': 'Writing this part took too long and was ended.',
  'worker/dead': 'Writing broke off here.',
  'job/aborted': 'Writing was stopped here.',
};

export function gapText(reason: ErrorCode): string {
  return REASONS[reason] ?? `This part could not be written (${reason}).`;
}
