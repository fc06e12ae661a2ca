import { kernels } from "../backend.ts";
import type { Gradient } from "../gradients.ts";
import { fraction, nonNegative, positive, resolveOptions } from "../options.ts";
import { idsOnHeap, Tensor } from "../tensor.ts";
import { checkGradients, Optimizer } from "./optimizer.ts";

export interface AdagradOptions {
  /** Step size. Default 0.01. */
  learningRate?: number;
  /** Share of the last change of a row that is made again when the row has a gradient (heavy ball). Default 0. */
  momentum?: number;
  /** Added inside the root. Default 1e-6. */
  epsilon?: number;
}

/**
 * Adagrad (Duchi et al., JMLR 2011), p −= rate · g / √(Σ g² + ε), from an accumulator of 0. Rows without a gradient do not change, so
 * row-sparse gradients are exact. With momentum, as GRU4Rec's authors have it, v = momentum · v + rate · g / √(Σ g² + ε) and p −= v, in the rows that
 * have a gradient alone.
 */
export class Adagrad extends Optimizer {
  readonly options: Required<AdagradOptions>;
  steps = 0;
  readonly #sums: readonly Tensor[];
  readonly #velocities: readonly Tensor[];

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(parameters: readonly Tensor[], options: AdagradOptions = {}) {
    super(parameters);
    this.options = resolveOptions("Adagrad", options, {
      learningRate: nonNegative(0.01),
      momentum: fraction(0),
      epsilon: positive(1e-6),
    });
    this.#sums = parameters.map((p) => Tensor.parameter(p.shape));
    this.#velocities =
      this.options.momentum > 0 ? parameters.map((p) => Tensor.parameter(p.shape)) : [];
  }

  apply(gradients: readonly Gradient[]): void {
    checkGradients("Adagrad", this.parameters, gradients);
    const { learningRate, momentum, epsilon } = this.options;
    const step = { rate: this.rateFactor * learningRate, momentum, epsilon };
    this.steps++;
    this.parameters.forEach((p, index) => {
      const gradient = gradients[index];
      const { kind, values } = gradient;
      const ids = kind === "rows" ? idsOnHeap(gradient.ids) : undefined;
      const sums = this.#sums[index].data;
      const velocities = this.#velocities[index]?.data;
      if (!ids) kernels().adagrad(p.data, sums, velocities, values.data, step);
      else kernels().adagradRows(p.data, sums, velocities, values.data, step, ids, p.columns);
    });
  }

  state(): Record<string, Tensor> {
    return Object.fromEntries([
      ...this.#sums.map((tensor, index) => [`sum${index}`, tensor]),
      ...this.#velocities.map((tensor, index) => [`velocity${index}`, tensor]),
    ]);
  }
}
