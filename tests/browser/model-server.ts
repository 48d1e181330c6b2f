/** Starts the model server, which serves recordings too, once for all browser tests; they find it by `inject('modelServerUrl')`. */
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openModelServer } from '../../tools/model-server/server';

declare module 'vitest' {
  interface ProvidedContext {
    modelServerUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openModelServer({
    'longhand/embedded': resolve('public/models/embedded'),
    'onnx-community/pyannote-segmentation-3.0': resolve(
      'tests/fixtures/speaker-models/onnx-community/pyannote-segmentation-3.0',
    ),
    'onnx-community/wespeaker-voxceleb-resnet34-LM': resolve(
      'tests/fixtures/speaker-models/onnx-community/wespeaker-voxceleb-resnet34-LM',
    ),
    'longhand/media': resolve('tests/fixtures'),
  });
  project.provide('modelServerUrl', server.url);
  return () => server.close();
}
