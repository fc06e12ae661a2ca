import { kernels } from "../backend.ts";
import type { Gradient } from "../gradients.ts";
import { flag, fraction, nonNegative, positive, resolveOptions } from "../options.ts";
import { idsOnHeap, Tensor } from "../tensor.ts";
import { checkGradients, Optimizer } from "./optimizer.ts";

export interface AdamOptions {
  /** Step size. Default 0.001. */
  learningRate?: number;
  /** Decay of the mean of gradients. Default 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  beta2?: number;
  /** Added to the root. Default 1e-8. */
  epsilon?: number;
  /**
   * Update only the rows that have a gradient, where gradients are row-sparse. Much faster on large tables, but
   * the moments of the other rows then do not decay: not the paper's Adam. Default false.
   */
  lazy?: boolean;
}

/** Adam (Kingma & Ba, ICLR 2015, https://arxiv.org/abs/1412.6980, algorithm 1 with the corrections of both moments). */
export class Adam extends Optimizer {
  readonly options: Required<AdamOptions>;
  steps = 0;
  readonly #m: readonly Tensor[];
  readonly #v: readonly Tensor[];

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(parameters: readonly Tensor[], options: AdamOptions = {}) {
    super(parameters);
    this.options = resolveOptions("Adam", options, {
      learningRate: nonNegative(1e-3),
      beta1: fraction(0.9),
      beta2: fraction(0.999),
      epsilon: positive(1e-8),
      lazy: flag(false),
    });
    this.#m = parameters.map((p) => Tensor.parameter(p.shape));
    this.#v = parameters.map((p) => Tensor.parameter(p.shape));
  }

  apply(gradients: readonly Gradient[]): void {
    checkGradients("Adam", this.parameters, gradients);
    const { learningRate, beta1, beta2, epsilon, lazy } = this.options;
    const t = ++this.steps;
    const root = Math.sqrt(1 - beta2 ** t);
    const step = {
      rate: (this.rateFactor * learningRate * root) / (1 - beta1 ** t),
      beta1,
      beta2,
      epsilon: epsilon * root,
    };
    this.parameters.forEach((p, index) => {
      const gradient = gradients[index];
      const [m, v] = [this.#m[index], this.#v[index]];
      if (gradient.kind === "rows" && lazy) {
        const ids = idsOnHeap(gradient.ids);
        const { data } = gradient.values;
        kernels().adamRows(p.data, m.data, v.data, data, step, ids, p.columns);
      } else {
        const full = densely(gradient, p);
        kernels().adam(p.data, m.data, v.data, full.data, step);
      }
    });
  }

  state(): Record<string, Tensor> {
    return Object.fromEntries([
      ...this.#m.map((tensor, index) => [`m${index}`, tensor]),
      ...this.#v.map((tensor, index) => [`v${index}`, tensor]),
    ]);
  }
}

/** A row-sparse gradient as the full one that it stands for. */
function densely(gradient: Gradient, parameter: Tensor): Tensor {
  if (gradient.kind === "dense") return gradient.values;
  const full = Tensor.zeros(parameter.shape);
  const ids = idsOnHeap(gradient.ids);
  kernels().scatterAddRows(full.data, gradient.values.data, ids, parameter.columns);
  return full;
}
