/**
 * Where sound comes from. In: what its owner chose. Out: a living track; or the reason why there is none.
 * The sound is taken as the device gives it: what browsers do for telephony (gain, noise suppression) costs words.
 * Only where a tab is recorded beside the microphone its sound is taken out of the microphone's, for it comes out of
 * the loudspeakers.
 */
import { LonghandError } from '../../lib/errors';
import type { RecordingChannel } from '../../transcript/job-record';

export interface SoundInput {
  kind: RecordingChannel['kind'];
  /** As the browser calls it. */
  device: string;
  track: MediaStreamTrack;
}

export interface Microphone {
  id: string;
  /** Empty until the page may use microphones. */
  name: string;
}

/** Those there are; names come once permission has been given. */
export async function listMicrophones(): Promise<Microphone[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** `id` null: the one the system prefers. Throws `record/permission-denied`, `no-device`, `device-busy`. */
export async function openMicrophone(id: string | null, cancelEcho: boolean): Promise<SoundInput> {
  try {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!mediaDevices) throw new LonghandError('record/no-device', { device: 'microphone' });
    const stream = await mediaDevices.getUserMedia({
      audio: {
        ...(id !== null && { deviceId: { exact: id } }),
        echoCancellation: cancelEcho,
        noiseSuppression: false,
        autoGainControl: false,
      },
    });
    const track = stream.getAudioTracks()[0]!;
    return { kind: 'microphone', device: track.label || 'microphone', track };
  } catch (error) {
    throw inputError(error, 'microphone');
  }
}

/** Not in TypeScript's library yet: https://w3c.github.io/mediacapture-screen-share/ */
interface DisplayOptions extends DisplayMediaStreamOptions {
  systemAudio?: 'include';
  selfBrowserSurface?: 'exclude';
}

/** Asks which tab or screen. Throws `record/permission-denied`, `no-device`, `device-busy`, `no-sound-shared`. */
export async function openDisplaySound(): Promise<SoundInput> {
  const options: DisplayOptions = {
    // Browsers share sound only together with a picture, which is let go at once.
    video: true,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    systemAudio: 'include',
    selfBrowserSurface: 'exclude',
  };
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(options);
    for (const track of stream.getVideoTracks()) track.stop();
    const track = stream.getAudioTracks()[0];
    if (!track) throw new LonghandError('record/no-sound-shared', {});
    return { kind: 'display', device: 'shared tab or screen', track };
  } catch (error) {
    throw inputError(error, 'tab or screen');
  }
}

function inputError(error: unknown, device: string): unknown {
  if (!(error instanceof DOMException)) return error;
  const cause = { cause: error };
  switch (error.name) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'InvalidStateError':
      return new LonghandError('record/permission-denied', { device }, cause);
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new LonghandError('record/no-device', { device }, cause);
    default:
      return new LonghandError('record/device-busy', { device, detail: error.message || error.name }, cause);
  }
}
