/**
 * As `read-chunks`, of a recording under way: the reader waits where the recording ends. In: audio and voice activity.
 * Out: a `ChunkReader` whose chunks end soon, at the first pause or after five seconds, because a word must be settled
 * six seconds after it was spoken; and, about once a second, what has been said since the last chunk, still unsettled.
 */
import { LonghandError } from '../lib/errors';
import { wasmHeapBytes } from '../lib/onnx-runtime';
import { SAMPLE_RATE, samplesToSeconds, secondsToSamples } from '../lib/units';
import type { LiveAudio } from '../media/record/live-audio';
import type { Chunk, ChunkBatch, ChunkReader, ChunkRequest } from './chunk';
import { Chunker, type SampleChunk } from './chunker';
import { findSpeech } from './find-speech';
import { quietestPlace } from './quietest-place';
import { SampleBuffer } from './sample-buffer';
import type { SampleRegion } from './speech-regions';
import type { VoiceActivity } from './voice-activity';

/** An answer comes after so much sound, whatever it holds. */
const ANSWER_SECONDS = 1;
const BUFFER_SECONDS = 16;
/** The end of a breath; a pause inside a sentence is shorter, and a chunk that spans it is understood better. */
const PAUSE_SECONDS = 0.6;
/** A chunk shorter than this is given only after a longer silence: it has too little around it to be understood. */
const SHORTEST_SECONDS = 2.5;
const SILENCE_SECONDS = 1.2;

/** Closing the reader closes both. */
export function readLive(audio: LiveAudio, voiceActivity: VoiceActivity, chunksBefore: number): ChunkReader {
  const buffer = new SampleBuffer(secondsToSamples(BUFFER_SECONDS));
  const speech = findSpeech(voiceActivity);
  const chunker = new Chunker({
    sampleRate: SAMPLE_RATE,
    hurry: { every: true, seconds: SHORTEST_SECONDS, pauseSeconds: PAUSE_SECONDS },
    longSilenceSeconds: SILENCE_SECONDS,
    chooseCut: (from, to) => from + quietestPlace(buffer.view(from, to), SAMPLE_RATE),
  });
  const begin = secondsToSamples(audio.fromSeconds);
  buffer.restart(begin);
  chunker.begin(begin);
  speech.begin(begin);
  let chunks = chunksBefore;
  let voiceActivitySeconds = 0;
  let read = false;
  let closed = false;

  async function advance(): Promise<void> {
    const stretch = await audio.next();
    if (closed) throw new LonghandError('internal/closed', { what: 'chunk reader' });
    const startedAt = performance.now();
    if (stretch) {
      buffer.discardBefore(chunker.settled);
      buffer.append(stretch.samples);
      chunker.advance(await speech.hear(stretch.samples));
    } else {
      read = true;
      chunker.finish(await speech.finish(buffer.end));
    }
    voiceActivitySeconds += (performance.now() - startedAt) / 1000;
  }

  const materialize = ({ start, end, speech: regions }: SampleChunk): Chunk => ({
    index: chunks,
    ...inSeconds({ start, end }),
    samples: buffer.copy(start, end),
    speech: regions.map(inSeconds),
    voice: null,
  });

  const settle = (chunk: SampleChunk): Chunk => {
    const settled = materialize(chunk);
    chunks++;
    return settled;
  };

  const answer = (settled: Chunk[], ended: boolean): ChunkBatch => {
    const unsettled = settled.length === 0 && !ended ? chunker.peek() : null;
    return {
      chunks: settled,
      ...(unsettled && { pending: materialize(unsettled) }),
      gaps: audio.takeGaps(),
      readSeconds: samplesToSeconds(ended ? buffer.end : chunker.settled),
      voice: null,
      stageSeconds: { ...audio.stageSeconds, voiceActivity: voiceActivitySeconds },
      heapBytes: wasmHeapBytes(),
      ended,
    };
  };

  return {
    async next({ count, maxSeconds }: ChunkRequest): Promise<ChunkBatch> {
      const settled: Chunk[] = [];
      const answerAt = audio.decodedSeconds + ANSWER_SECONDS;
      for (;;) {
        if (closed) throw new LonghandError('internal/closed', { what: 'chunk reader' });
        const chunk = settled.length < count ? chunker.take(secondsToSamples(maxSeconds)) : null;
        if (chunk) settled.push(settle(chunk));
        else if (settled.length === count || (settled.length > 0 && !audio.more))
          return answer(settled, false);
        else if (read) return answer(settled, true);
        else if (!audio.more && audio.decodedSeconds >= answerAt) return answer([], false);
        else await advance();
      }
    },
    close() {
      if (closed) return;
      closed = true;
      audio.close();
      void speech.close();
    },
  };
}

const inSeconds = (region: SampleRegion) => ({
  startSeconds: samplesToSeconds(region.start),
  endSeconds: samplesToSeconds(region.end),
});
