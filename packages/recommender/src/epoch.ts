/** What training reports after each epoch. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss of the epoch, summed in float64: over examples where the model counts them, else over steps. */
  readonly loss: number;
  /** Time of training alone, without validation. */
  readonly seconds: number;
  /** Items of sequences trained on in this epoch, where the model learns from sequences. */
  readonly tokens?: number;
  /** Metrics on the validation data, where there are any. */
  readonly validation?: Readonly<Record<string, number>>;
}
