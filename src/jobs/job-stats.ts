/**
 * What a job took. In: the events of `run-job` and memory readings. Out: the figures of `--stats`.
 * Seconds unless the name says otherwise; peaks are the highest reading after any batch.
 */
import type { BatchResult, RecognizerDescription, SpeechUsage } from '../protocol/speech';

export interface JobStats {
  audioSeconds: number;
  wallSeconds: number;
  /** Seconds of work per second of audio, as the field counts it: 0.1 is ten times real time. */
  realTimeFactor: number | null;
  secondsToFirstSegment: number | null;
  modelLoadSeconds: number;
  stages: SpeechUsage['stageSeconds'];
  chunks: number;
  backend: string | null;
  threads: number;
  peak: { jsHeapBytes: number | null; wasmHeapBytes: number; gpuBufferBytes: number };
  liveTensorsAtEnd: number | null;
  speechSeconds: number;
  coveredSpeechSeconds: number;
}

export interface StatsCollector {
  onRecognizer(recognizer: RecognizerDescription): void;
  onResult(result: BatchResult): void;
  onClosed(end: { liveTensors: number }): void;
  read(): JobStats;
}

export interface Readings {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Null where the browser does not tell. */
  jsHeapBytes(): number | null;
}

export function createStatsCollector({ now, jsHeapBytes }: Readings): StatsCollector {
  const startedAt = now();
  const sinceStart = () => (now() - startedAt) / 1000;
  let last: BatchResult | null = null;
  let recognizer: RecognizerDescription | null = null;
  let secondsToFirstSegment: number | null = null;
  let liveTensorsAtEnd: number | null = null;
  let chunks = 0;
  /** Of the workers before these. */
  let earlier = { ...NO_STAGES };
  const peak: JobStats['peak'] = { jsHeapBytes: jsHeapBytes(), wasmHeapBytes: 0, gpuBufferBytes: 0 };
  return {
    onRecognizer(description) {
      recognizer = description;
      if (last) earlier = sumStages(earlier, last.usage.stageSeconds);
      last = last && { ...last, usage: { ...last.usage, stageSeconds: NO_STAGES } };
    },
    onResult(result) {
      last = result;
      chunks += result.chunks;
      if (result.segments.length > 0) secondsToFirstSegment ??= sinceStart();
      const heap = jsHeapBytes();
      if (heap !== null) peak.jsHeapBytes = Math.max(peak.jsHeapBytes ?? 0, heap);
      peak.wasmHeapBytes = Math.max(
        peak.wasmHeapBytes,
        result.usage.wasmHeapBytes + result.usage.mediaHeapBytes,
      );
      peak.gpuBufferBytes = Math.max(peak.gpuBufferBytes, result.usage.gpuBufferBytes);
    },
    onClosed({ liveTensors }) {
      liveTensorsAtEnd = liveTensors;
    },
    read() {
      const audioSeconds = last?.checkpoint.seconds ?? 0;
      const wallSeconds = sinceStart();
      return {
        audioSeconds,
        wallSeconds,
        realTimeFactor: audioSeconds > 0 ? wallSeconds / audioSeconds : null,
        secondsToFirstSegment,
        modelLoadSeconds: recognizer?.loadSeconds ?? 0,
        stages: sumStages(earlier, last?.usage.stageSeconds ?? NO_STAGES),
        chunks,
        backend: recognizer?.backend ?? null,
        threads: recognizer?.threads ?? 0,
        peak,
        liveTensorsAtEnd,
        speechSeconds: last?.checkpoint.speechSeconds ?? 0,
        coveredSpeechSeconds: last?.checkpoint.coveredSpeechSeconds ?? 0,
      };
    },
  };
}

const NO_STAGES = { decode: 0, resample: 0, voiceActivity: 0, mel: 0, encoder: 0, decoder: 0 };

function sumStages(a: JobStats['stages'], b: JobStats['stages']): JobStats['stages'] {
  return {
    decode: a.decode + b.decode,
    resample: a.resample + b.resample,
    voiceActivity: a.voiceActivity + b.voiceActivity,
    mel: a.mel + b.mel,
    encoder: a.encoder + b.encoder,
    decoder: a.decoder + b.decoder,
  };
}
