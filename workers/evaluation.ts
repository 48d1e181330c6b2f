/** The evaluation worker: two transcripts in, error rates and the list of errors out. Wiring only. */
import { evaluate } from '../src/evaluation/evaluate';
import { fromLines, parseSubject, type Subject } from '../src/evaluation/subject';
import { LonghandError } from '../src/lib/errors';
import { parseCaptions } from '../src/media/captions/caption-file';
import { decodeText } from '../src/media/captions/text-encoding';
import type { EvaluationWorker, Given } from '../src/protocol/evaluation';
import { serve } from '../src/protocol/serve';

void serve<EvaluationWorker>({
  async evaluate(reference, hypothesis, options) {
    return evaluate(await read(reference), await read(hypothesis), options);
  },
});

async function read(given: Given): Promise<Subject> {
  if (given.kind === 'lines') return fromLines(given.lines);
  const { file } = given;
  const bytes = await file.arrayBuffer().catch((cause: unknown) => {
    const values = { name: file.name, detail: String(cause) };
    throw new LonghandError('media/unreadable', values, { cause });
  });
  return parseSubject(file.name, decodeText(new Uint8Array(bytes)), parseCaptions);
}
