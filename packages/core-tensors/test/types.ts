// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import {
  Adam,
  add,
  type BackendInfo,
  dotSoftmaxCrossEntropy,
  dropout,
  type Gradient,
  gather,
  jsKernels,
  type Kernels,
  matmul,
  positiveInteger,
  Rng,
  type Rules,
  SparseMatrix,
  scope,
  Tensor,
  useBackend,
} from "../src/index.ts";

const x: Tensor = Tensor.zeros([2, 3]);
const total: number = scope(() => add(x, x).data[0]);
const info: Promise<BackendInfo> = useBackend({ kernels: "wasm-simd", threads: 2 });
const custom: Promise<BackendInfo> = useBackend({ ...jsKernels, sum: () => 0 });
export const used: unknown[] = [total, info, custom];

// @ts-expect-error a tensor is made by Tensor.from and its like
new Tensor([2, 3]);
// @ts-expect-error a shape cannot be assigned
x.shape = [3, 2];
// @ts-expect-error nor changed
x.shape.push(4);
// @ts-expect-error ids are a Uint32Array
gather(x, [0, 1]);
// @ts-expect-error negative numbers are no ids
gather(x, Int32Array.from([0]));
// @ts-expect-error misspelt
matmul(x, x, { transposeC: true });
// @ts-expect-error a generator has to be given
dropout(x, 0.5);
// @ts-expect-error targets have to be given
dotSoftmaxCrossEntropy(x, x);
// @ts-expect-error no such kernels
void useBackend({ kernels: "gpu" });
// @ts-expect-error misspelt
void useBackend({ thread: 2 });
// @ts-expect-error words, not symbols
new Adam([x], { lr: 0.1 });
// @ts-expect-error a matrix needs its values
new SparseMatrix({ rows: 1, columns: 1, offsets: new Uint32Array(2), indices: new Uint32Array(0) });
// @ts-expect-error a seed is a number
new Rng("seed");
// @ts-expect-error every kernel has to be there
const few: Kernels = { sum: jsKernels.sum };
// @ts-expect-error every option needs a rule
const rules: Rules<{ dim?: number; layers?: number }> = { dim: positiveInteger(1) };

export function rowsOf(gradient: Gradient): number {
  // @ts-expect-error only row-sparse gradients have ids
  gradient.ids;
  return gradient.kind === "rows" ? gradient.ids.length : gradient.values.rows;
}
used.push(few, rules);
