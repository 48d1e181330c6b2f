/**
 * Every failure Longhand can name, with the numbers that belong to it.
 * Out: one type from which both the error class and the table of texts (`ui/messages/error-text.ts`) are
 * derived, so that a new code without a text does not compile.
 */
export interface ErrorValues {
  'media/empty-file': { name: string };
  'media/not-found': { name: string };
  'media/unreadable': { name: string; detail: string };
  'media/unknown-format': { name: string; sizeBytes: number };
  'media/no-audio-track': { name: string; videoTracks: number };
  'media/unsupported-codec': { name: string; codec: string };
  'media/encrypted': { name: string };
  'media/zero-length': { name: string };
  /** Nothing at all could be decoded; a partly damaged file gives text and a gap instead. */
  'media/damaged': { name: string; detail: string };
  'media/stalled': { name: string; atSeconds: number; waitedSeconds: number };
  'media/no-such-track': { name: string; track: string; tracks: string[] };
  /** The part asked for begins after the end. */
  'media/outside': { name: string; startSeconds: number; durationSeconds: number };
  /** A playlist that has no end yet. */
  'media/live': { name: string };
  /** Other files that a playlist names. */
  'media/files-missing': { name: string; missing: string };
  /** Nobody answered. */
  'fetch/unreachable': { host: string; offline: boolean };
  /** The server does not allow pages of others to read it (CORS). */
  'fetch/cross-origin': { host: string };
  /** The policy of this copy of Longhand lets no request go there. */
  'fetch/policy': { host: string };
  'fetch/not-found': { name: string; host: string; status: number };
  'fetch/forbidden': { name: string; host: string; status: number };
  /** Too many requests, or trouble on its side, again and again. */
  'fetch/busy': { host: string; status: number };
  /** A page, or something else that is no recording; `answer` says what. */
  'fetch/not-media': { name: string; host: string; answer: string };
  /** The connection kept breaking. */
  'fetch/interrupted': { name: string; host: string; fetchedBytes: number };
  /** Another version of the file came in the middle. */
  'fetch/changed': { name: string; host: string };
  /** A server that gives only the whole file, and no storage for it. */
  'fetch/no-room': { name: string; neededBytes: number };
  /** Captions were to be used, and there are none. */
  'captions/none': { name: string };
  /** A caption file, and no recording that it belongs to. */
  'captions/alone': { name: string };
  /** As a gap: the track was too long to be read to its end. */
  'captions/cut': Record<string, never>;
  'speech/model-missing': { model: string; file: string };
  'speech/model-invalid': { model: string; detail: string };
  'speech/language-unsupported': { model: string; language: string };
  /** Something else is being written by the same workers. */
  'job/busy': { name: string };
  /** Into English; the model writes what it hears, and only that. */
  'speech/cannot-translate': { model: string };
  'speech/backend-unavailable': { backend: string; detail: string };
  'speech/device-lost': { detail: string };
  'speech/garbage-logits': { detail: string };
  'speech/out-of-memory': { neededBytes: number; detail: string };
  /** As a gap: speech was heard, but the model gave no word for it. */
  'speech/no-text': Record<string, never>;
  'speech/stalled': { waitedSeconds: number };
  /** No host could be reached at all. */
  'models/offline': { model: string; hosts: string[] };
  'models/not-found': { model: string; file: string };
  /** A host answered with something that is not the file: `answer` says what. */
  'models/host-refused': { model: string; file: string; host: string; answer: string };
  /** The connection kept breaking; what arrived is kept. */
  'models/interrupted': { model: string; file: string; receivedBytes: number; sizeBytes: number | null };
  /** Stored or received bytes do not have the file's SHA-256. */
  'models/corrupt': { model: string; file: string };
  'models/invalid': { model: string; detail: string };
  'models/incomplete': { model: string; missing: string[] };
  /** `freeBytes` is what the browser proved to have, not what it estimates. */
  'models/quota-exceeded': { model: string; neededBytes: number; freeBytes: number };
  'models/in-use': { model: string };
  /** Named by a job or a command, and not on this disk. */
  'models/absent': { model: string };
  /** Even the smallest window would not fit. Null: only a smaller model or a higher limit helps. */
  'memory/too-small': { neededBytes: number; limitBytes: number; retryAfterSeconds: number | null };
  'store/quota-exceeded': { neededBytes: number };
  'store/unavailable': { detail: string };
  /** A transcript could not be put into the folder its user chose. */
  'output/not-written': { name: string; detail: string };
  'worker/dead': { worker: string };
  'worker/failed-to-start': { worker: string; detail: string };
  /** `device` as its owner knows it: microphone, tab or screen. */
  'record/permission-denied': { device: string };
  'record/no-device': { device: string };
  'record/device-busy': { device: string; detail: string };
  /** Unplugged, or no longer shared; what came before is kept. */
  'record/device-lost': { device: string };
  /** A tab or screen was shared without its sound. */
  'record/no-sound-shared': Record<string, never>;
  'record/storage-full': { keptBytes: number };
  'record/no-encoder': { detail: string };
  /** Its file is gone or empty. */
  'record/nothing-kept': { name: string };
  'job/aborted': { atSeconds: number };
  /** The time that one recording may take is over. */
  'job/too-long': { limitSeconds: number; atSeconds: number };
  /** Another tab writes it. */
  'job/elsewhere': { name: string };
  /** After a restart the page has neither the file nor a copy of it. */
  'source/choose-again': { name: string };
  'source/other-file': { name: string; sizeBytes: number; chosenBytes: number };
  /** The browser was not allowed to read it again. */
  'source/refused': { name: string };
  /** A line of an RTTM file that gives no turn; lines are counted from 1. */
  /** The voices of a recording are not stored. */
  'speakers/not-heard': Record<string, never>;
  /** Nothing in a speaker's words tells two voices apart. */
  'speakers/one-voice': Record<string, never>;
  /** An RTTM file without turns. */
  'speakers/no-turns': { name: string };
  'evaluation/bad-rttm': { line: number; text: string };
  /** JSON that is no transcript. */
  'evaluation/bad-json': { name: string };
  /** One has only text, the other only speakers. */
  'evaluation/nothing-shared': Record<string, never>;
  'internal/closed': { what: string };
  'internal/unexpected': { detail: string };
}

export type ErrorCode = keyof ErrorValues;
