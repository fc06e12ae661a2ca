import { kernels } from "../backend.ts";
import { OptionError } from "../errors.ts";
import type { Rng } from "../rng.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * Adds noise of length ε to each row, in the orthant of the row: x[r] + ε sign(x[r]) ⊙ u / ‖u‖ with u uniform in [0, 1) (Yu et al., SimGCL, SIGIR
 * 2022, https://arxiv.org/abs/2112.08679, equations 8 and 9). Which noise is a function of the generator's key, so fork a new stream for each step.
 * @throws OptionError when ε is no finite number of at least 0
 */
export function perturb(x: Tensor, epsilon: number, rng: Rng): Tensor {
  checkMatrix("perturb", x);
  if (!(Number.isFinite(epsilon) && epsilon >= 0))
    throw new OptionError(
      "perturb",
      "epsilon",
      `must be a finite number of at least 0, got ${epsilon}`,
    );
  const y = Tensor.empty(x.shape, { parents: [x], backward: (dy, give) => give.dense(x, dy) });
  kernels().perturbRows(y.data, x.data, x.columns, epsilon, rng.key);
  return y;
}
