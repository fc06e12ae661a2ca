import { kernels } from "../backend.ts";
import { OptionError } from "../errors.ts";
import type { Rng } from "../rng.ts";
import { Tensor } from "../tensor.ts";

/**
 * Zeroes each element with probability `rate` and divides the others by 1 − rate (inverted dropout). Which ones is a function of the
 * generator's key, so fork a new stream for each step; the backward pass draws the same again instead of keeping a mask.
 * @throws OptionError when rate is not in [0, 1)
 */
export function dropout(x: Tensor, rate: number, rng: Rng): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new OptionError(
      "dropout",
      "rate",
      `must be a number from 0 up to but not including 1, got ${rate}`,
    );
  if (rate === 0) return x;
  const key = rng.key;
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.empty(x.shape);
      kernels().dropout(dx.data, dy.data, 1 - rate, key);
      give.dense(x, dx, true);
    },
  });
  kernels().dropout(y.data, x.data, 1 - rate, key);
  return y;
}
