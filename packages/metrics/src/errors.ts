/** The error this package throws on purpose: its message says who complains, what was expected, what came and what to do. */
export class MetricError extends Error {
  override readonly name = "MetricError";
}
