import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { checkMatrix } from "../ops/check.ts";
import { checkIds, idsOnHeap, Tensor } from "../tensor.ts";

/**
 * The mean cross-entropy of classes: −ln softmax(logits)[targets], for logits [n, classes] and one class a row.
 * @throws ShapeError when there is not one target a row, no row, or a target that is no class
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Uint32Array): Tensor {
  const name = "softmaxCrossEntropy";
  checkMatrix(name, logits);
  if (targets.length !== logits.rows || logits.rows === 0)
    throw new ShapeError(name, `one target for each of ${logits.rows} rows, at least one`, [
      targets.length,
    ]);
  checkIds(name, targets, logits.columns);
  const gradient = Tensor.empty(logits.shape);
  const losses = Tensor.empty([logits.rows]);
  const loss = Tensor.empty([], {
    parents: [logits],
    backward(dy, give) {
      const dx = Tensor.empty(logits.shape);
      kernels().scale(dx.data, dy.item(), gradient.data);
      give.dense(logits, dx, true);
    },
  });
  const ids = idsOnHeap(targets);
  gradient.data.set(logits.data); // the kernel leaves the gradient in the place of the scores
  const [x, share] = [gradient.data, 1 / logits.rows];
  kernels().softmaxCrossEntropy(losses.data, x, logits.columns, ids, share, undefined, 0);
  loss.data[0] = kernels().sum(losses.data) / logits.rows;
  return loss;
}
