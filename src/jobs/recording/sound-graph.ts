/**
 * From living tracks to one stream of samples. In: one track per channel. Out: a port over which the recorder worker
 * gets blocks of all channels, from the audio thread. One graph, so that two sources share one clock and one rate:
 * the browser resamples, and what is said at one time lies at one place.
 */
import type { SoundInput } from './sound-input';

export interface SoundGraph {
  readonly sampleRate: number;
  /** For the recorder worker; sound comes once it is connected. */
  readonly port: MessagePort;
  start(): Promise<void>;
  /** Ends the graph, and the tracks with it. */
  close(): Promise<void>;
}

export async function openSoundGraph(
  inputs: readonly SoundInput[],
  load: (context: AudioContext) => Promise<void>,
): Promise<SoundGraph> {
  const context = createContext(inputs[0]?.track.getSettings().sampleRate);
  try {
    await load(context);
    const { port1: ours, port2: port } = new MessageChannel();
    const capture = new AudioWorkletNode(context, 'capture', {
      numberOfInputs: inputs.length,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
      channelInterpretation: 'speakers',
    });
    capture.port.postMessage(ours, [ours]);
    // A context that was stopped from outside (another program took the device) goes on when it can.
    context.addEventListener('statechange', () => {
      if (context.state !== 'closed' && context.state !== 'running')
        void context.resume().catch(() => undefined);
    });
    return {
      sampleRate: context.sampleRate,
      port,
      async start() {
        inputs.forEach(({ track }, index) => {
          context.createMediaStreamSource(new MediaStream([track])).connect(capture, 0, index);
        });
        await context.resume();
      },
      async close() {
        for (const { track } of inputs) track.stop();
        if (context.state !== 'closed') await context.close();
      },
    };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** At the device's own rate where the browser tells and takes it, so that nothing is resampled twice. */
function createContext(sampleRate: number | undefined): AudioContext {
  try {
    if (sampleRate !== undefined) return new AudioContext({ sampleRate });
  } catch {
    // A rate that only the device knows.
  }
  return new AudioContext();
}
