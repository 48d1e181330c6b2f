// Does transformers.js load the model folder unchanged and transcribe with it? Run with the app's own node_modules:
// `node tools/model/check.mjs <parent of the model folder> <model folder> a.wav ...` (WAV: 16 kHz mono 16-bit).
// Prints text, segments and words with int8 and fp32 weights; leaves with 1 if a kind of result is missing.
import { env, pipeline } from '@huggingface/transformers';
import { readFileSync } from 'node:fs';

const [parent, model, ...files] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = parent;

/** @param {string} path @returns {Float32Array} */
function readWav(path) {
  const bytes = readFileSync(path);
  for (let at = 12; at < bytes.length; ) {
    const id = bytes.toString('ascii', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'fmt ' && bytes.readUInt32LE(at + 12) !== 16000) throw new Error(`${path} is not 16 kHz`);
    if (id === 'data') {
      const count = Math.min(size, bytes.length - at - 8) >> 1;
      return Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(at + 8 + 2 * i) / 32768);
    }
    at += 8 + size + (size & 1);
  }
  throw new Error(`${path} has no audio`);
}

for (const dtype of ['q8', 'fp32']) {
  const transcribe = await pipeline('automatic-speech-recognition', model, { dtype });
  for (const file of files) {
    const audio = readWav(file);
    for (const return_timestamps of [false, true, 'word']) {
      const started = performance.now();
      const result = await transcribe(audio, { return_timestamps });
      const milliseconds = Math.round(performance.now() - started);
      console.log(`${dtype} ${file} timestamps=${return_timestamps} ${milliseconds} ms: ${JSON.stringify(result)}`);
      if (!result.text.trim() || (return_timestamps && !result.chunks?.length)) process.exitCode = 1;
    }
  }
}
