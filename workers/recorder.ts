/** The recorder worker: sound from the audio thread into a file that others read as it grows. Wiring only. */
import { encodeOpus } from '../src/media/record/encode-opus';
import { createRecordingFile } from '../src/media/record/recording-file';
import { Recorder } from '../src/media/record/recorder';
import { serveGrowingFile } from '../src/protocol/growing-file-port';
import type { RecorderWorker, SoundBlock } from '../src/protocol/recorder';
import { handle, serve } from '../src/protocol/serve';

void serve<RecorderWorker>({
  async openRecording(shape, sound) {
    const recorder = new Recorder(shape, await createRecordingFile(shape));
    sound.onmessage = ({ data }: MessageEvent<SoundBlock>) => recorder.hear(data);
    return handle({
      next: () => recorder.next(),
      pause: () => recorder.pause(),
      resume: () => recorder.resume(),
      openReader(port) {
        const unwatch = recorder.watch(() => answer());
        const answer = serveGrowingFile(port, recorder, unwatch);
      },
      close() {
        sound.close();
        return Promise.resolve(recorder.end());
      },
    });
  },
  encodeOpus,
});
