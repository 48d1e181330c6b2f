/** What a file of `tests/bench` exports as `benchmark`: measures, and returns figures for people and for programs. */

export interface BenchmarkOptions {
  /** The words after the benchmark's name. */
  args: string[];
  /** The built app. */
  appFolder: string;
  /** For generated files; deleted afterwards. */
  scratchFolder: string;
  /** Progress, on standard error. */
  say: (line: string) => void;
}

export interface BenchmarkResult {
  /** One object per line of the table; all with the same keys, which are its headings. */
  rows: Record<string, string | number>[];
  /** The last line of standard output. `ratio` is what the benchmark is about. */
  summary: { ratio: number } & Record<string, unknown>;
  /** False where a bound that the project promises does not hold. */
  holds: boolean;
}

export interface Benchmark {
  /** One sentence: what it compares. */
  title: string;
  run(options: BenchmarkOptions): Promise<BenchmarkResult>;
}
