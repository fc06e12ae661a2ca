/** How large a re-enactment is. */
export interface EnactedSettings {
  readonly dim: number;
  readonly epochs: number;
  /** Pairs of a step. */
  readonly batch: number;
  /** How often the AUC is measured in an epoch. */
  readonly measurements: number;
  readonly seed: number;
}

/** The AUC of seen pairs at a time within training. */
export interface CurvePoint {
  /** Epochs passed, with a fraction. */
  readonly epoch: number;
  readonly auc: number;
}

/** Where a step stands within what the learning rate falls over: its epoch, or all of them. */
export function shareOf(
  restarts: boolean,
  at: {
    readonly epoch: number;
    readonly epochs: number;
    readonly step: number;
    readonly steps: number;
  },
): number {
  return restarts ? at.step / at.steps : (at.epoch + at.step / at.steps) / at.epochs;
}

/** The share of the learning rate at a share of its way: half a cosine, from 1 to 0. */
export function cosineRate(share: number): number {
  return (1 + Math.cos(Math.PI * share)) / 2;
}

/** A list so many times over. */
export function repeated(list: Uint32Array, times: number): Uint32Array {
  const all = new Uint32Array(list.length * times);
  for (let n = 0; n < times; n++) all.set(list, n * list.length);
  return all;
}
