/**
 * Noise taken out of what a media element plays. In: the element. Out: a switch between the sound as it is and without
 * noise. Made when first switched on, for an element that once plays through a graph always does.
 */
import { loadRnnoise, RNNOISE_RATE } from '../../lib/rnnoise';

/** Loads `workers/denoise.ts` into the context's audio thread. */
export type LoadDenoiser = (context: AudioContext) => Promise<void>;

export interface CleanSound {
  set(clean: boolean): void;
  close(): void;
}

/** Call it from a click, for sound may start only then. Throws what the browser throws; the element plays on as it did. */
export async function openCleanSound(element: HTMLMediaElement, load: LoadDenoiser): Promise<CleanSound> {
  const context = new AudioContext({ sampleRate: RNNOISE_RATE });
  try {
    const [rnnoise] = await Promise.all([loadRnnoise(), load(context), context.resume()]);
    const denoiser = new AudioWorkletNode(context, 'denoise', {
      channelCount: 1,
      channelCountMode: 'explicit',
      outputChannelCount: [1],
      processorOptions: { rnnoise },
    });
    const source = context.createMediaElementSource(element);
    return {
      set(clean) {
        source.disconnect();
        denoiser.disconnect();
        if (clean) source.connect(denoiser).connect(context.destination);
        else source.connect(context.destination);
      },
      close: () => void context.close(),
    };
  } catch (error) {
    await context.close();
    throw error;
  }
}
