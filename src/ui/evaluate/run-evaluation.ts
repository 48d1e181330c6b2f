/** One comparison in a worker of its own, which is ended with it: a second one, or leaving the page, ends the first. */
import type { Evaluation, EvaluationOptions } from '../../evaluation/evaluate';
import type { Connection } from '../../protocol/connect';
import type { EvaluationWorker, Given } from '../../protocol/evaluation';

/** Throws `evaluation/...`, `media/unreadable`, and what starting a worker throws; `signal.reason` once aborted. */
export type RunEvaluation = (
  reference: Given,
  hypothesis: Given,
  options: EvaluationOptions,
  signal: AbortSignal,
) => Promise<Evaluation>;

export function createEvaluation(start: () => Promise<Connection<EvaluationWorker>>): RunEvaluation {
  return async (reference, hypothesis, options, signal) => {
    const { remote, close } = await start();
    signal.addEventListener('abort', close, { once: true });
    try {
      signal.throwIfAborted();
      return await remote.evaluate(reference, hypothesis, options);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  };
}
