/** How to measure a model. */
export interface MeasureOptions {
  /** Metric keys. Default: the family's. */
  readonly metrics?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** What training has to know of a model, so that each family is measured in its own way. */
export interface Measurable<Test> {
  readonly name: string;
  readonly options: object;
  /** Validation metrics of the epoch that was kept. */
  metrics: Readonly<Record<string, number>>;
  /** What `measure` measures unless told, the one that decides first. */
  readonly defaultMetrics: readonly string[];
  /**
   * Refuses before hours of training what could not be measured after them.
   * @throws OptionError for a metric that the family does not have, or test data that it cannot be measured on
   */
  checkMeasurable(test: Test, metrics?: readonly string[]): void;
  /** Measures how well the model as it stands answers. */
  measure(
    test: Test,
    options?: MeasureOptions,
  ): Promise<{ readonly metrics: Readonly<Record<string, number>> }>;
}
