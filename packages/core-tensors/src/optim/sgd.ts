import { kernels } from "../backend.ts";
import type { Gradient } from "../gradients.ts";
import { nonNegative, resolveOptions } from "../options.ts";
import { idsOnHeap, Tensor } from "../tensor.ts";
import { checkGradients, Optimizer } from "./optimizer.ts";

export interface SgdOptions {
  /** Step size. Default 0.01. */
  learningRate?: number;
}

/** Stochastic gradient descent, p −= rate · g; row-sparse gradients are exact. */
export class Sgd extends Optimizer {
  readonly options: Required<SgdOptions>;
  steps = 0;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(parameters: readonly Tensor[], options: SgdOptions = {}) {
    super(parameters);
    this.options = resolveOptions("Sgd", options, { learningRate: nonNegative(0.01) });
  }

  apply(gradients: readonly Gradient[]): void {
    checkGradients("Sgd", this.parameters, gradients);
    const rate = this.rateFactor * this.options.learningRate;
    this.steps++;
    this.parameters.forEach((p, index) => {
      const gradient = gradients[index];
      if (gradient.kind === "dense") {
        kernels().combine(p.data, 1, p.data, -rate, gradient.values.data);
        return;
      }
      const change = Tensor.empty(gradient.values.shape);
      const ids = idsOnHeap(gradient.ids);
      kernels().scale(change.data, -rate, gradient.values.data);
      kernels().scatterAddRows(p.data, change.data, ids, p.columns);
    });
  }

  state(): Record<string, Tensor> {
    return {};
  }
}
