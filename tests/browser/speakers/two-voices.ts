/** A recording of two people: the clip, a pause, and the clip spoken faster and higher, which no ear takes for the same. */
import { readWav, wavOf } from '../../fixtures/wav';
import { jfk } from '../fixture-files';

const SPEED = 1.35;
const PAUSE_SECONDS = 1;
const RATE = 16_000;

export interface TwoVoices {
  file: File;
  /** One caption for each. */
  captions: File;
  /** When the second begins. */
  secondSeconds: number;
}

export async function twoVoices(name = 'two.wav'): Promise<TwoVoices> {
  const first = readWav(new Uint8Array(await (await jfk()).arrayBuffer()));
  const second = Float32Array.from({ length: Math.floor(first.length / SPEED) - 1 }, (_, i) => {
    const at = i * SPEED;
    const whole = Math.floor(at);
    return first[whole]! * (1 - at + whole) + first[whole + 1]! * (at - whole);
  });
  const secondStart = first.length + PAUSE_SECONDS * RATE;
  const samples = new Float32Array(secondStart + second.length);
  samples.set(first);
  samples.set(second, secondStart);
  const secondSeconds = secondStart / RATE;
  const clock = (seconds: number) => `00:00:${seconds.toFixed(3).padStart(6, '0').replace('.', ',')}`;
  const captions = `1\n${clock(0)} --> ${clock(secondSeconds - 1)}\nThe first.\n\n2\n${clock(secondSeconds)} --> ${clock(samples.length / RATE)}\nThe second.\n`;
  return {
    file: new File([wavOf(samples)], name),
    captions: new File([captions], name.replace('.wav', '.srt')),
    secondSeconds,
  };
}
