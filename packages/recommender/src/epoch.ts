/** What training reports after each epoch. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss of the epoch's steps, summed in float64. */
  readonly loss: number;
  /** Time of training alone, without validation. */
  readonly seconds: number;
  /** Metrics on the validation data, where there are any. */
  readonly validation?: Readonly<Record<string, number>>;
}
