/** The media worker: a recording in, chunks out over a port. Wiring only. */
import { openAudio } from '../src/media/open-audio';
import type { MediaWorker } from '../src/protocol/media';
import { serveChunks } from '../src/protocol/chunk-port';
import { handle, serve } from '../src/protocol/serve';
import { readChunks } from '../src/signal/read-chunks';
import { openVoiceActivity } from '../src/signal/voice-activity';

void serve<MediaWorker>({
  async openAudio(source, options, port, signal) {
    const audio = await openAudio(source, options.from.seconds);
    try {
      signal.throwIfAborted();
      const voiceActivity = options.voiceActivity ? await openVoiceActivity() : null;
      const chunks = readChunks(audio, voiceActivity, options.from.chunks);
      signal.addEventListener('abort', () => chunks.close(), { once: true });
      serveChunks(port, chunks);
      const { durationSeconds, format, sampleRate, channels } = audio;
      return handle({
        describe: () => ({ durationSeconds, format, sampleRate, channels }),
        close: () => {
          chunks.close();
          port.close();
          return Promise.resolve();
        },
      });
    } catch (error) {
      audio.close();
      throw error;
    }
  },
});
