import { OptionError, ShapeError } from "../errors.ts";
import { checkMatrix } from "../ops/check.ts";
import { Tensor } from "../tensor.ts";

/**
 * The mean of max(0, others[r, m] − liked[r] + margin): each liked score [n] should be above all of its row's others [n, m] by a margin (Ying et al., KDD 2018,
 * equation 1).
 * @throws ShapeError when there is not one row of others for each liked score, or none
 * @throws OptionError when the margin is no finite number of at least 0
 */
export function maxMarginLoss(liked: Tensor, others: Tensor, margin: number): Tensor {
  checkMatrix("maxMarginLoss", others);
  if (liked.shape.length !== 1 || liked.size !== others.rows)
    throw new ShapeError("maxMarginLoss", [others.rows], liked.shape);
  if (others.size === 0)
    throw new ShapeError("maxMarginLoss", "at least one score to compare with", others.shape);
  if (!(Number.isFinite(margin) && margin >= 0))
    throw new OptionError(
      "maxMarginLoss",
      "margin",
      `must be a finite number of at least 0, got ${margin}`,
    );
  const { columns } = others;
  const loss = Tensor.empty([], {
    parents: [liked, others],
    backward(dy, give) {
      const [dLiked, dOthers] = [Tensor.zeros(liked.shape), Tensor.zeros(others.shape)];
      const share = dy.item() / others.size;
      const [gained, lost] = [dOthers.data, dLiked.data];
      const [high, low] = [others.data, liked.data];
      for (let at = 0; at < high.length; at++) {
        const r = Math.floor(at / columns);
        if (high[at] - low[r] + margin <= 0) continue;
        gained[at] = share;
        lost[r] -= share;
      }
      give.dense(liked, dLiked, true);
      give.dense(others, dOthers, true);
    },
  });
  let sum = 0;
  const [high, low] = [others.data, liked.data];
  for (let at = 0; at < high.length; at++)
    sum += Math.max(0, high[at] - low[Math.floor(at / columns)] + margin);
  loss.data[0] = sum / others.size;
  return loss;
}
