/**
 * What a person reads when something fails. In: an error code and its values. Out: a short title, what happened,
 * and what is safe and can be done now. One table keyed by code: a code without a text does not compile.
 * Plain TypeScript, because the command line prints the same sentences.
 */
import type { ErrorCode, ErrorValues } from '../../lib/error-codes';
import { formatDuration, formatSize, formatTimeLeft } from '../format';

export interface ErrorText {
  /** Two or three words, for a margin or a list. */
  title: string;
  /** One sentence. */
  what: string;
  /** What is safe, then what helps. */
  now: string;
}

type Texts = { [C in ErrorCode]: (values: ErrorValues[C]) => ErrorText };

const REST_WENT_ON = 'Other recordings are not affected.';
const TEXT_IS_KEPT = 'Everything written so far is kept.';

const TEXTS: Texts = {
  'media/empty-file': ({ name }) => ({
    title: 'Empty file',
    what: `${name} is empty: it holds 0 bytes.`,
    now: `This is usually a copy that never finished. ${REST_WENT_ON} Copy the file again from where it came, then choose it once more.`,
  }),
  'media/not-found': ({ name }) => ({
    title: 'File not found',
    what: `There is no file at ${name}.`,
    now: `${REST_WENT_ON} Check the path, or choose the file again if it was moved or renamed.`,
  }),
  'media/unreadable': ({ name, detail }) => ({
    title: 'Cannot be read',
    what: `${name} can no longer be read.`,
    now: `The file was moved, changed or unplugged (${detail}). ${TEXT_IS_KEPT} Choose it again from where it is now.`,
  }),
  'media/unknown-format': ({ name, sizeBytes }) => ({
    title: 'Not a recording',
    what: `${name} is not an audio or video file that can be read here.`,
    now: `Its ${formatSize(sizeBytes)} match none of the known formats, whatever the name says. ${REST_WENT_ON} WAV, MP3, M4A, MP4, MOV, AAC, FLAC, OGG, WebM, MKV and TS are read.`,
  }),
  'media/no-audio-track': ({ name, videoTracks }) => ({
    title: 'No sound track',
    what: videoTracks > 0 ? `${name} has pictures but no sound.` : `${name} holds no sound.`,
    now: `${videoTracks === 1 ? 'One video track' : `${videoTracks} video tracks`} and no audio track were found. ${REST_WENT_ON} Choose the file that has the sound.`,
  }),
  'media/unsupported-codec': ({ name, codec }) => ({
    title: 'Unknown codec',
    what: `${name} keeps its sound as ${codec}, which this browser cannot decode.`,
    now: `The file itself is fine. ${REST_WENT_ON} Save it as MP3, M4A, FLAC or WAV with any audio editor, then choose that.`,
  }),
  'media/encrypted': ({ name }) => ({
    title: 'Locked file',
    what: `${name} is encrypted (DRM), so its sound cannot be read.`,
    now: `Only the shop or service it came from can unlock it. ${REST_WENT_ON} Choose a copy without protection.`,
  }),
  'media/zero-length': ({ name }) => ({
    title: 'No sound inside',
    what: `${name} is a proper file with 0 seconds of sound.`,
    now: `This happens when a recorder is stopped as soon as it starts. ${REST_WENT_ON} Choose another file.`,
  }),
  'media/damaged': ({ name, detail }) => ({
    title: 'Damaged file',
    what: `${name} is damaged: none of its sound could be decoded.`,
    now: `This is often a copy that was cut short (${detail}). ${REST_WENT_ON} Copy the file again from where it came.`,
  }),
  'media/stalled': ({ name, atSeconds, waitedSeconds }) => ({
    title: 'Reading stopped',
    what: `${name} gave nothing more after ${formatDuration(atSeconds)}.`,
    now: `${TEXT_IS_KEPT} Nothing came for ${formatTimeLeft(waitedSeconds)}; check the disk or the connection it lies on, then choose the file again.`,
  }),
  'media/no-such-track': ({ name, track, tracks }) => ({
    title: 'No such track',
    what: `${name} has no audio track ${track}.`,
    now: `It has: ${tracks.join('; ')}. ${REST_WENT_ON} Choose one of these.`,
  }),
  'media/outside': ({ name, startSeconds, durationSeconds }) => ({
    title: 'Starts too late',
    what: `${name} ends at ${formatDuration(durationSeconds)}, before ${formatDuration(startSeconds)}.`,
    now: `${REST_WENT_ON} Choose an earlier start.`,
  }),
  'media/live': ({ name }) => ({
    title: 'Still running',
    what: `${name} is a live broadcast that has no end yet.`,
    now: `Only finished ones can be written out. ${REST_WENT_ON} Try again when it is over and its recording is there.`,
  }),
  'media/files-missing': ({ name, missing }) => ({
    title: 'Files missing',
    what: `${name} is a playlist, and ${missing}, which it names, is not there.`,
    now: `${REST_WENT_ON} Choose the playlist together with all files in its folder, or paste its address.`,
  }),
  'fetch/unreachable': ({ host, offline }) => ({
    title: offline ? 'No network' : 'No answer',
    what: offline ? `This machine is offline, so ${host} cannot be reached.` : `${host} does not answer.`,
    now: offline
      ? `${TEXT_IS_KEPT} Connect to the network, then try again.`
      : `${TEXT_IS_KEPT} Check the address. If it opens in a tab, its server does not let other pages read it: save the file, then choose it here.`,
  }),
  'fetch/cross-origin': ({ host }) => ({
    title: 'Not allowed',
    what: `${host} does not let other pages read its files.`,
    now: `Its server decides that (it would have to send the header Access-Control-Allow-Origin), and nothing here can change it. Save the file with your browser, then choose it here.`,
  }),
  'fetch/policy': ({ host }) => ({
    title: 'Not allowed here',
    what: `This copy of Longhand is set up not to ask ${host} for anything.`,
    now: `Whoever serves it decides that. Save the file with your browser, then choose it here.`,
  }),
  'fetch/not-found': ({ name, host, status }) => ({
    title: 'Nothing there',
    what: status === 410 ? `${name} is no longer on ${host}.` : `${host} has no ${name}.`,
    now: `It answered ${status}. ${REST_WENT_ON} Check the address; links to files often work for a while only.`,
  }),
  'fetch/forbidden': ({ name, host, status }) => ({
    title: 'Refused',
    what: `${host} does not hand out ${name}.`,
    now: `It answered ${status}${status === 401 || status === 403 ? ', which usually means that one has to sign in' : ''}. ${TEXT_IS_KEPT} Save the file where you are signed in, then choose it here.`,
  }),
  'fetch/busy': ({ host, status }) => ({
    title: 'Server busy',
    what: `${host} answered ${status}${status === 429 ? ', too many requests,' : ''} again and again.`,
    now: `${TEXT_IS_KEPT} Try again later; it goes on where it stopped.`,
  }),
  'fetch/not-media': ({ name, host, answer }) => ({
    title: 'Not a recording',
    what: `${host} gave ${answer} for ${name}.`,
    now: `${REST_WENT_ON} This happens with the address of a page that plays a recording: find the address of the file itself.`,
  }),
  'fetch/interrupted': ({ name, host, fetchedBytes }) => ({
    title: 'Connection lost',
    what: `The connection to ${host} kept breaking while ${name} was fetched.`,
    now: `${TEXT_IS_KEPT} ${formatSize(fetchedBytes)} had come. Try again when the connection is better; it goes on where it stopped.`,
  }),
  'fetch/changed': ({ name, host }) => ({
    title: 'File changed',
    what: `${name} was replaced on ${host} while it was being read.`,
    now: `${TEXT_IS_KEPT} The rest would belong to another version. Start it again from the beginning.`,
  }),
  'fetch/no-room': ({ name, neededBytes }) => ({
    title: 'No room',
    what: `The server gives ${name} only whole, and this browser has no room to keep it.`,
    now: `${neededBytes > 0 ? `${formatSize(neededBytes)} are needed. ` : ''}${REST_WENT_ON} Free some disk, or save the file and choose it here.`,
  }),
  'captions/none': ({ name }) => ({
    title: 'No captions',
    what: `${name} brings no captions that could be used.`,
    now: `Nothing was recognized, as only captions were asked for. ${REST_WENT_ON} Put a caption file of the same name beside it, or let it be written from the sound.`,
  }),
  'captions/alone': ({ name }) => ({
    title: 'Captions alone',
    what: `${name} holds captions, and no recording of that name came with it.`,
    now: `${REST_WENT_ON} Drop it together with its recording.`,
  }),
  'captions/cut': () => ({
    title: 'Captions end here',
    what: 'The captions go on, but there were too many to read them to the end.',
    now: 'What was read is kept. The rest can be written from the sound.',
  }),
  'speech/model-missing': ({ model, file }) => ({
    title: 'Model incomplete',
    what: `The model ${model} lacks the file ${file}.`,
    now: `No recording was touched. Fetch the model again, or use another one.`,
  }),
  'speech/model-invalid': ({ model, detail }) => ({
    title: 'Model unusable',
    what: `The model ${model} cannot be used.`,
    now: `No recording was touched. ${sentence(detail)} Use another model, or fetch this one again.`,
  }),
  'speech/language-unsupported': ({ model, language }) => ({
    title: 'Other language',
    what: `The model ${model} does not know the language ${language}.`,
    now: `No recording was touched. Choose a multilingual model, or another language.`,
  }),
  'job/busy': ({ name }) => ({
    title: 'Busy',
    what: `${name} is being written just now.`,
    now: `Nothing was changed. Try again when it is done, or pause it first.`,
  }),
  'speech/cannot-translate': ({ model }) => ({
    title: 'No translation',
    what: `The model ${model} cannot translate: it knows one language only.`,
    now: `No recording was touched. Choose a multilingual model, or have it written as it is said.`,
  }),
  'speech/backend-unavailable': ({ backend, detail }) => ({
    title: 'Not available',
    what:
      backend === 'webgpu'
        ? 'This browser gives no access to the graphics card (it calls it WebGPU).'
        : `This browser cannot run ${backend}.`,
    now: `No recording was touched. ${sentence(detail)} ${backend === 'webgpu' ? 'The processor can do the same work.' : 'A current Chrome, Edge or Firefox can.'}`,
  }),
  'speech/device-lost': ({ detail }) => ({
    title: 'Graphics lost',
    what: 'The graphics card stopped answering.',
    now: `${TEXT_IS_KEPT} ${sentence(detail)} Start the recording again to write the rest.`,
  }),
  'speech/garbage-logits': ({ detail }) => ({
    title: 'Not written',
    what: 'The model gave numbers that mean nothing, so no text was made of them.',
    now: `${TEXT_IS_KEPT} ${sentence(detail)} Start the recording again; if it happens again, use another model.`,
  }),
  'speech/out-of-memory': ({ neededBytes }) => ({
    title: 'Out of memory',
    what: `This machine could not give the ${formatSize(neededBytes)} of memory that were needed.`,
    now: `${TEXT_IS_KEPT} Closing other tabs and programs helps most; then start the recording again.`,
  }),
  'speech/no-text': () => ({
    title: 'No words',
    what: 'The model found no words in this part.',
    now: `${TEXT_IS_KEPT} Listen to it: if someone speaks, another model may understand it.`,
  }),
  'speech/stalled': ({ waitedSeconds }) => ({
    title: 'Writing stopped',
    what: `Writing gave no sign for ${formatTimeLeft(waitedSeconds)} and was ended.`,
    now: `${TEXT_IS_KEPT} Start the recording again to write the rest.`,
  }),
  'models/offline': ({ model, hosts }) => ({
    title: 'No connection',
    what: `${model} could not be fetched: ${hosts.join(' and ')} cannot be reached.`,
    now: 'What has arrived is kept. Connect to the network and go on; models already here work without it. A model can also be brought in from a file.',
  }),
  'models/not-found': ({ model, file }) => ({
    title: 'No such model',
    what: `The host has no ${file} of ${model}.`,
    now: 'Check the name, which is owner/name as on the hub, and that the repository holds ONNX files. Nothing else was touched.',
  }),
  'models/host-refused': ({ model, file, host, answer }) => ({
    title: 'Download refused',
    what: `${host} did not hand out ${file} of ${model}.`,
    now: `It answered: ${sentence(answer)} What has arrived is kept. Try again later, set another model host, or bring the model in from a file.`,
  }),
  'models/interrupted': ({ model, receivedBytes, sizeBytes }) => ({
    title: 'Download broke off',
    what: `The connection kept breaking while ${model} was fetched.`,
    now: `${formatSize(receivedBytes)}${sizeBytes === null ? '' : ` of ${formatSize(sizeBytes)}`} of the current file are kept; going on fetches only the rest.`,
  }),
  'models/corrupt': ({ model, file }) => ({
    title: 'Damaged model',
    what: `${file} of ${model} is not what its publisher made: the check sum differs.`,
    now: 'It was not used. Fetch the model again; if that does not help, set another model host.',
  }),
  'models/invalid': ({ model, detail }) => ({
    title: 'Not a model',
    what: `${model} cannot be used as a Whisper model.`,
    now: `${sentence(detail)} Nothing was kept of it.`,
  }),
  'models/incomplete': ({ model, missing }) => ({
    title: 'Files missing',
    what: `${model} is incomplete: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    now: 'Choose the whole folder as it is on the hub, or add the missing files. Nothing was kept.',
  }),
  'models/quota-exceeded': ({ model, neededBytes, freeBytes }) => ({
    title: 'Storage full',
    what: `${model} needs another ${formatSize(neededBytes)}, and this browser has less than ${formatSize(freeBytes)} left.`,
    now: 'What has arrived is kept, and nothing else was touched. Delete a model you no longer use or free some disk, then go on.',
  }),
  'models/absent': ({ model }) => ({
    title: 'Model not here',
    what: `${model} is not on this disk.`,
    now: 'It was deleted, or never fetched to the end. Fetch it, or use another model.',
  }),
  'models/in-use': ({ model }) => ({
    title: 'Model in use',
    what: `${model} is being used by a recording right now.`,
    now: 'Wait until that recording is done, or stop it, then try again.',
  }),
  'memory/too-small': ({ neededBytes, limitBytes, retryAfterSeconds }) => ({
    title: 'Not enough memory',
    what: `This model needs ${formatSize(neededBytes)} for the shortest piece, and the memory limit is ${formatSize(limitBytes)}.`,
    now:
      retryAfterSeconds === null
        ? `${TEXT_IS_KEPT} Choose a smaller model, or raise the limit.`
        : `${TEXT_IS_KEPT} It can be tried again in ${retryAfterSeconds} seconds, when other work has given memory back.`,
  }),
  'store/quota-exceeded': ({ neededBytes }) => ({
    title: 'Storage full',
    what: `This browser has no room left for the next ${formatSize(neededBytes)} of text.`,
    now: `${TEXT_IS_KEPT} Remove old transcripts or free some disk, then start the recording again.`,
  }),
  'store/unavailable': ({ detail }) => ({
    title: 'Storage closed',
    what: 'This browser does not let Longhand keep anything.',
    now: `Text on the page can still be copied and saved as a file. ${sentence(detail)} Private windows and blocked site data are the usual cause.`,
  }),
  'output/not-written': ({ name, detail }) => ({
    title: 'Not saved',
    what: `${name} could not be written into the chosen folder.`,
    now: `${TEXT_IS_KEPT} ${sentence(detail)} Choose the folder again, or another one.`,
  }),
  'worker/dead': ({ worker }) => ({
    title: 'Part stopped',
    what: `The part of Longhand that does the ${worker} work ended without a word.`,
    now: `${TEXT_IS_KEPT} Start the recording again to write the rest.`,
  }),
  'worker/failed-to-start': ({ worker, detail }) => ({
    title: 'Did not start',
    what: `The part of Longhand that does the ${worker} work did not start.`,
    now: `No recording was touched. ${sentence(detail)} Reload the page; if that does not help, close other tabs first.`,
  }),
  'record/permission-denied': ({ device }) => ({
    title: 'Not allowed',
    what: `This browser did not give Longhand the ${device}.`,
    now: 'Nothing was recorded. Allow it beside the address of this page, then start again; what is heard stays on this machine.',
  }),
  'record/no-device': ({ device }) => ({
    title: 'Not found',
    what: `No ${device} was found.`,
    now: 'Nothing was recorded. Plug one in, or choose another under Sound from, then start again.',
  }),
  'record/device-busy': ({ device, detail }) => ({
    title: 'Gives no sound',
    what: `The ${device} is there but gives no sound.`,
    now: `Nothing was recorded. Another program may be using it (${detail}). Close that, then start again.`,
  }),
  'record/device-lost': ({ device }) => ({
    title: 'Sound ended',
    what: `The ${device} stopped giving sound, so the recording was ended.`,
    now: 'Everything up to there is kept. It was unplugged, or is no longer shared.',
  }),
  'record/no-sound-shared': () => ({
    title: 'Without sound',
    what: 'What you chose to share came without its sound.',
    now: 'Nothing was recorded. Start again, choose a browser tab, and switch its sound on in the same dialog.',
  }),
  'record/storage-full': ({ keptBytes }) => ({
    title: 'Storage full',
    what: 'This browser has no room left, so the recording was ended.',
    now: `The ${formatSize(keptBytes)} recorded so far are kept. Remove old recordings or free some disk before the next one.`,
  }),
  'record/no-encoder': ({ detail }) => ({
    title: 'Not saved',
    what: 'This browser cannot make Opus files.',
    now: `The recording is kept. ${sentence(detail)} Save it as WAV instead.`,
  }),
  'record/nothing-kept': ({ name }) => ({
    title: 'No sound kept',
    what: `${name} holds no sound.`,
    now: 'It was ended before anything was recorded, or its file was cleared by the browser.',
  }),
  'job/aborted': ({ atSeconds }) => ({
    title: 'Stopped',
    what: `Writing was stopped at ${formatDuration(atSeconds)}.`,
    now: TEXT_IS_KEPT,
  }),
  'job/too-long': ({ limitSeconds, atSeconds }) => ({
    title: 'Took too long',
    what: `Writing was ended at ${formatDuration(atSeconds)}, because one recording may take ${formatTimeLeft(limitSeconds)}.`,
    now: `${TEXT_IS_KEPT} Going on gives it the same time again; the limit can be changed.`,
  }),
  'job/elsewhere': ({ name }) => ({
    title: 'In another tab',
    what: `${name} is being written in another tab.`,
    now: `${TEXT_IS_KEPT} Go on here once that tab is closed or has stopped.`,
  }),
  'source/choose-again': ({ name }) => ({
    title: 'Choose it again',
    what: `The page no longer has ${name}.`,
    now: `${TEXT_IS_KEPT} Choose the file again, and writing goes on where it was.`,
  }),
  'source/other-file': ({ name, sizeBytes, chosenBytes }) => ({
    title: 'Another file',
    what: `The chosen file is not ${name}: it has ${formatSize(chosenBytes)} instead of ${formatSize(sizeBytes)}.`,
    now: `${TEXT_IS_KEPT} Choose the one that was being written, or start this one as a recording of its own.`,
  }),
  'source/refused': ({ name }) => ({
    title: 'Not allowed',
    what: `The browser was not allowed to read ${name} again.`,
    now: `${TEXT_IS_KEPT} Go on again and allow it, or choose the file.`,
  }),
  'speakers/not-heard': () => ({
    title: 'Not listened to',
    what: 'The voices of this recording have not been told apart yet.',
    now: 'The text is not affected. Tell the speakers apart first; that needs the recording once more.',
  }),
  'speakers/one-voice': () => ({
    title: 'One voice',
    what: 'No second voice was found in what this speaker says.',
    now: 'Nothing was changed. A single turn can be given to somebody else in the text.',
  }),
  'speakers/no-turns': ({ name }) => ({
    title: 'No speakers',
    what: `${name} holds no turn of any speaker.`,
    now: 'Nothing was changed. A line of RTTM reads SPEAKER file channel start duration <NA> <NA> speaker <NA> <NA>.',
  }),
  'evaluation/bad-rttm': ({ line, text }) => ({
    title: 'Not RTTM',
    what: `Line ${line} of the RTTM file gives no turn: ${text}`,
    now: 'A line reads SPEAKER file channel start duration <NA> <NA> speaker <NA> <NA>, times in seconds. Correct the line, then try again.',
  }),
  'evaluation/bad-json': ({ name }) => ({
    title: 'No transcript',
    what: `${name} is not a transcript in JSON.`,
    now: 'It needs a list of segments, each with start, end and text, or one text. Export as JSON here gives such a file.',
  }),
  'evaluation/nothing-shared': () => ({
    title: 'Nothing to compare',
    what: 'One of the two has only text, and the other only speakers.',
    now: 'Compare text with text, or an RTTM file with one that names its speakers: RTTM, JSON or WebVTT.',
  }),
  'internal/closed': ({ what }) => ({
    title: 'Already closed',
    what: `Something was asked of the ${what} after it was closed.`,
    now: `${TEXT_IS_KEPT} This is a mistake in Longhand; starting the recording again helps.`,
  }),
  'internal/unexpected': ({ detail }) => ({
    title: 'Unforeseen',
    what: 'Something happened that Longhand has no words for.',
    now: `${TEXT_IS_KEPT} It says: ${sentence(detail)} Starting the recording again may help.`,
  }),
};

/** The text for any error that carries a code, a revived one included. */
export function errorText<C extends ErrorCode>(error: { code: C; values: ErrorValues[C] }): ErrorText {
  return TEXTS[error.code](error.values);
}

/** What a library said, closed by a full stop. */
function sentence(detail: string): string {
  const text = detail.trim();
  if (text === '') return '';
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
