import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import type { GemmShape } from "../kernels/kernels.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

export interface MatmulOptions {
  /** Take aᵀ. */
  transposeA?: boolean;
  /** Take bᵀ. */
  transposeB?: boolean;
}

/**
 * op(a) · op(b), of [m, k] and [k, n].
 * @throws ShapeError when the inner dimensions differ
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: MatmulOptions = {},
): Tensor {
  checkMatrix("matmul", a);
  checkMatrix("matmul", b);
  const [m, k] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inner, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (k !== inner) throw new ShapeError("matmul", transposeB ? [n, k] : [k, n], b.shape);
  const y = Tensor.empty([m, n], {
    parents: [a, b],
    backward(dy, give) {
      // With A' = op(a), B' = op(b): dA' = dY B'ᵀ and dB' = A'ᵀ dY; a transposed input gets the transposed product.
      if (a.requiresGradient)
        give.dense(
          a,
          transposeA
            ? product(b, dy, { m: k, n: m, k: n, transposeA: transposeB, transposeB: true })
            : product(dy, b, { m, n: k, k: n, transposeB: !transposeB }),
          true,
        );
      if (b.requiresGradient)
        give.dense(
          b,
          transposeB
            ? product(dy, a, { m: n, n: k, k: m, transposeA: true, transposeB: transposeA })
            : product(a, dy, { m: k, n, k: m, transposeA: !transposeA }),
          true,
        );
    },
  });
  kernels().gemm(y.data, a.data, b.data, { m, n, k, transposeA, transposeB });
  return y;
}

function product(a: Tensor, b: Tensor, shape: GemmShape): Tensor {
  const c = Tensor.empty([shape.m, shape.n]);
  kernels().gemm(c.data, a.data, b.data, shape);
  return c;
}
