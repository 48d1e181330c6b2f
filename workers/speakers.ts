/** The speakers worker: chunks in over a port, voices out; and turns out of voices. Wiring only. */
import { wasmHeapBytes } from '../src/lib/onnx-runtime';
import { openChunks } from '../src/protocol/chunk-port';
import { handle, serve } from '../src/protocol/serve';
import type { SpeakersWorker } from '../src/protocol/speakers';
import { labelVoices } from '../src/speakers/label';
import { splitSpeaker } from '../src/speakers/split-speaker';

/** Chunks between two looks at whether to go on. */
const CHUNKS = 2;
const MOST_SECONDS = 30;

void serve<SpeakersWorker>({
  async openListener(models, audioPort, signal) {
    const chunks = openChunks(audioPort, signal);
    try {
      // The runtime and the network come only when somebody is to be heard.
      const { openListener } = await import('../src/speakers/open-listener');
      const listener = await openListener(models, signal);
      return handle({
        async next() {
          const { chunks: heard, ...batch } = await chunks.next({ count: CHUNKS, maxSeconds: MOST_SECONDS });
          for (const chunk of heard) {
            signal.throwIfAborted();
            await listener.hear(chunk);
          }
          const { tensors, bytes } = listener.live;
          return {
            seconds: batch.readSeconds,
            ended: batch.ended,
            liveTensors: tensors,
            liveTensorBytes: bytes,
            wasmHeapBytes: wasmHeapBytes(),
            mediaHeapBytes: batch.heapBytes,
          };
        },
        voices: () => Promise.resolve(listener.voices()),
        async close() {
          chunks.close();
          await listener.close();
          return { liveTensors: listener.live.tensors };
        },
      });
    } catch (error) {
      chunks.close();
      throw error;
    }
  },
  label: labelVoices,
  split: splitSpeaker,
});
