/** A straight line through readings, by least squares. In: points. Out: its slope and how sure that is. */
export interface Slope {
  perUnit: number;
  /** Of the slope; what readings that follow each other have in common makes it somewhat too small. */
  standardError: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Throws where two numbers cannot be told from points: fewer than three, or all at one place. */
export function fitSlope(points: readonly Point[]): Slope {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spread = sum(points.map(({ x }) => (x - meanX) ** 2));
  if (points.length < 3 || spread === 0) throw new Error(`no slope from ${points.length} readings`);
  const perUnit = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spread;
  const left = sum(points.map(({ x, y }) => (y - meanY - perUnit * (x - meanX)) ** 2));
  return { perUnit, standardError: Math.sqrt(left / (points.length - 2) / spread) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
