import { ShapeError } from "../errors.ts";
import type { Gradient } from "../gradients.ts";
import { gradients } from "../gradients.ts";
import { scope } from "../scope.ts";
import { checkIds, type Tensor } from "../tensor.ts";

/** Changes parameters so that a loss gets smaller. */
export abstract class Optimizer {
  readonly parameters: readonly Tensor[];
  /** What the learning rate is multiplied by, for a schedule: set it before a step, as a function of `steps`, so that training can be resumed. */
  rateFactor = 1;

  constructor(parameters: readonly Tensor[]) {
    this.parameters = parameters;
  }

  /**
   * One step: computes the loss in a scope of its own, its gradients, and the update.
   * @returns the loss before the update
   */
  minimize(loss: () => Tensor): number {
    return scope(() => {
      const value = loss();
      const number = value.item();
      if (Number.isFinite(number)) this.apply(gradients(value, this.parameters));
      return number;
    });
  }

  /** Updates the parameters from gradients in their order; a loss that is not finite is never applied by `minimize`. */
  abstract apply(gradients: readonly Gradient[]): void;

  /** What a checkpoint has to keep beside the parameters, by name: views that `load` may overwrite. */
  abstract state(): Record<string, Tensor>;
  /** Steps taken. */
  abstract steps: number;

  /** Frees the optimiser's own memory, not the parameters. */
  dispose(): void {
    for (const tensor of Object.values(this.state())) tensor.dispose();
  }
}

/**
 * One gradient for each parameter, of its shape: an update writes wherever it is told.
 * @throws ShapeError otherwise
 */
export function checkGradients(
  optimizer: string,
  parameters: readonly Tensor[],
  gradients: readonly Gradient[],
): void {
  const name = `${optimizer}.apply`;
  if (gradients.length !== parameters.length)
    throw new ShapeError(name, `${parameters.length} gradients, one for each parameter`, [
      gradients.length,
    ]);
  parameters.forEach((p, index) => {
    const gradient = gradients[index];
    const { shape, size } = gradient.values;
    if (gradient.kind === "dense") {
      if (size !== p.size) throw new ShapeError(name, p.shape, shape);
      return;
    }
    if (size !== gradient.ids.length * p.columns)
      throw new ShapeError(name, [gradient.ids.length, p.columns], shape);
    checkIds(name, gradient.ids, p.rows);
  });
}
