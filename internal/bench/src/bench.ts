/** A measurement that can be asked for by name. */
export interface Bench {
  readonly name: string;
  /** What it measures, in one sentence. */
  readonly about: string;
  run(context: Context): Promise<Result>;
}

export interface Context {
  /** Tells people how it goes, on stderr. */
  log(line: string): void;
  /** The folder of real data sets, if there is one. */
  readonly data: string | undefined;
  /** Values given as --name value. */
  readonly flags: Readonly<Record<string, string>>;
}

/** What was measured: `metrics` holds the figures by name, `rows` a table for people. */
export interface Result {
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly rows?: readonly Readonly<Record<string, string | number>>[];
  /** What was not measured, and why. */
  readonly skipped?: string;
  /** Which of the bench's cases this is, where each is kept beside the others. */
  readonly variant?: string;
}
