/**
 * The use of memory as a line. In: shares of the limit, oldest first. Out: an SVG path in a box of `PLOT_WIDTH` by
 * `PLOT_HEIGHT`. Fixed scale: nothing at the foot, the limit at `LIMIT_Y`, what is above it held at the top edge; each
 * reading takes one step to the right until the box is full, so the line never shrinks under the reader's eyes.
 */
import { HISTORY } from '../../memory/meter';

export const PLOT_WIDTH = 300;
export const PLOT_HEIGHT = 64;
export const LIMIT_Y = 10;

const STEP = PLOT_WIDTH / HISTORY;
/** Half the stroke, so that the line is whole at the top edge. */
const TOP = 1;

export function plotPath(history: readonly number[]): string {
  if (history.length === 0) return '';
  const points = history.map((share, index) => `${round((index + 1) * STEP)} ${height(share)}`);
  return `M0 ${height(history[0]!)}L${points.join('L')}`;
}

const height = (share: number): number =>
  round(Math.min(PLOT_HEIGHT, Math.max(TOP, PLOT_HEIGHT - share * (PLOT_HEIGHT - LIMIT_Y))));
const round = (value: number): number => Math.round(value * 10) / 10;
