import { FormatError, type Optimizer, type Tensor } from "@kith/core-tensors";
import { decodeCheckpoint, encodeCheckpoint, type Standing, type Subject } from "./checkpoint.ts";
import { isRatingMetric } from "./rating-metrics.ts";
import type { StoredTensor } from "./safetensors.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** Everything that changes in training: parameters, optimiser, where it stands, and the best epoch so far. Goes into a checkpoint and comes back. */
export class TrainingState {
  readonly standing: Standing = {
    epoch: 0,
    step: 0,
    lossSum: 0,
    lossCount: 0,
    tokens: null,
    firstLoss: null,
    optimizerSteps: 0,
    waited: 0,
    metrics: {},
    best: null,
  };
  readonly #parameters: Tensors;
  readonly #optimizer: Optimizer | undefined;
  readonly #best: Record<string, Float32Array> = {};

  constructor(parameters: Tensors, optimizer: Optimizer | undefined) {
    this.#parameters = parameters;
    this.#optimizer = optimizer;
  }

  /** Takes a measurement in, and keeps the parameters if it is the best by `metric`. */
  compare(metrics: Readonly<Record<string, number>>, metric: string): void {
    const { standing } = this;
    const better = isRatingMetric(metric) ? -1 : 1;
    if (standing.best && !(better * metrics[metric] > better * standing.best.metrics[metric])) {
      standing.waited++;
      return;
    }
    standing.best = { epoch: standing.epoch, metrics: { ...metrics } };
    standing.waited = 0;
    for (const [name, tensor] of Object.entries(this.#parameters))
      this.#best[name] = tensor.data.slice();
  }

  /** Puts the best epoch's parameters back; says whether they are others than now. */
  returnToBest(): boolean {
    const { best, epoch } = this.standing;
    if (!best || best.epoch === epoch) return false;
    for (const [name, tensor] of Object.entries(this.#parameters))
      tensor.data.set(this.#best[name]);
    this.standing.metrics = best.metrics;
    return true;
  }

  save(subject: Subject): Uint8Array<ArrayBuffer> {
    const tensors: Record<string, StoredTensor> = {};
    for (const [name, { shape, data }] of Object.entries(this.#parameters))
      tensors[`parameter.${name}`] = { shape, data };
    for (const [name, { shape, data }] of Object.entries(this.#optimizer?.state() ?? {}))
      tensors[`optimizer.${name}`] = { shape, data };
    for (const [name, data] of Object.entries(this.#best))
      tensors[`best.${name}`] = { shape: this.#parameters[name].shape, data };
    this.standing.optimizerSteps = this.#optimizer?.steps ?? 0;
    return encodeCheckpoint(subject, { standing: this.standing, tensors });
  }

  /**
   * Goes back to where a checkpoint was taken.
   * @throws FormatError when it is damaged
   * @throws OptionError when it is of another model, option or data
   */
  restore(subject: Subject, file: Uint8Array): void {
    const { standing, tensors } = decodeCheckpoint(subject, file);
    Object.assign(this.standing, standing);
    if (this.#optimizer) this.#optimizer.steps = standing.optimizerSteps;
    for (const [name, tensor] of Object.entries(this.#parameters))
      tensor.data.set(stored(tensor, tensors, `parameter.${name}`));
    for (const [name, tensor] of Object.entries(this.#optimizer?.state() ?? {}))
      tensor.data.set(stored(tensor, tensors, `optimizer.${name}`));
    if (standing.best)
      for (const [name, tensor] of Object.entries(this.#parameters))
        this.#best[name] = stored(tensor, tensors, `best.${name}`) as Float32Array;
  }
}

function stored(
  tensor: Tensor,
  tensors: Readonly<Record<string, StoredTensor>>,
  name: string,
): StoredTensor["data"] {
  const found = tensors[name];
  if (!found || found.data.length !== tensor.size)
    throw new FormatError(
      `checkpoint: tensor "${name}" of ${tensor.size} elements is missing or of another size`,
    );
  return found.data;
}
