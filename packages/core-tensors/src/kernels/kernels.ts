import type { Csr } from "../csr.ts";

/** The elementwise functions with a derivative, by the number the kernels know them by. */
export const ACTIVATIONS = ["relu", "leakyRelu", "sigmoid", "tanh", "softplus"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** The bound under which a random word of 32 bits keeps an element: keep · 2³², within the words. */
export function keepBelow(keep: number): number {
  return Math.min(Math.round(keep * 2 ** 32), 2 ** 32 - 1);
}

/** The sizes and layouts of C (m × n) = op(A) (m × k) · op(B) (k × n). */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored k × m. */
  readonly transposeA?: boolean;
  /** B is stored n × k. */
  readonly transposeB?: boolean;
  /** Add to C instead of replacing it. */
  readonly accumulate?: boolean;
}

/** For each row an ascending list of columns: list r is items[offsets[r] … offsets[r + 1]). */
export interface Lists {
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
}

/** One step of Adam with its corrections folded in: p −= rate · m / (√v + epsilon). */
export interface AdamStep {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What an epoch's triples are drawn from. */
export interface TripleSource extends Lists {
  /** Users that may be drawn: each has at least one item and not all of them. */
  readonly users: Uint32Array;
  readonly itemCount: number;
}

export interface Triples {
  readonly users: Uint32Array;
  readonly liked: Uint32Array;
  readonly unseen: Uint32Array;
}

/**
 * The operations that have to be fast, over typed arrays on the heap, output first. Matrices are dense and row-major.
 * The plain-JavaScript set (`jsKernels`) is the definition of correct; others may differ from it by rounding only. Callers check
 * shapes and indices: kernels trust them.
 */
export interface Kernels {
  /** C (+)= op(A) · op(B). */
  gemm(c: Float32Array, a: Float32Array, b: Float32Array, shape: GemmShape): void;

  /** y[i] = Σⱼ A[i, j] x[j]; x is [A.columns, dim]. */
  spmm(y: Float32Array, a: Csr, x: Float32Array, dim: number): void;
  /** y[r] = Σⱼ A[rows[r], j] x[j]. */
  spmmRows(y: Float32Array, a: Csr, x: Float32Array, dim: number, rows: Uint32Array): void;
  /** y[i] = Σⱼ A[i, j] x[position[j]] over the j whose position is not negative. */
  spmmFromRows(y: Float32Array, a: Csr, x: Float32Array, dim: number, position: Int32Array): void;

  /** y[r] = x[ids[r]]. */
  gatherRows(y: Float32Array, x: Float32Array, ids: Uint32Array, dim: number): void;
  /** y[ids[r]] += x[r], in order of r. */
  scatterAddRows(y: Float32Array, x: Float32Array, ids: Uint32Array, dim: number): void;
  /** y[r] = a[r] · b[r]. */
  rowDot(y: Float32Array, a: Float32Array, b: Float32Array, dim: number): void;
  /** y[r] += s[r] x[r]. */
  addScaledRows(y: Float32Array, s: Float32Array, x: Float32Array, dim: number): void;
  /** y[r] = x[r] / norms[r] with norms[r] = max(‖x[r]‖₂, 1e-12). */
  normalizeRows(y: Float32Array, norms: Float32Array, x: Float32Array, dim: number): void;
  /** dx[r] = (dy[r] − (y[r] · dy[r]) y[r]) / norms[r], and 0 where x[r] has no direction, being shorter than 1e-12. */
  normalizeRowsBackward(
    dx: Float32Array,
    y: Float32Array,
    norms: Float32Array,
    dy: Float32Array,
    dim: number,
  ): void;

  /** y = α a + β b. */
  combine(y: Float32Array, alpha: number, a: Float32Array, beta: number, b: Float32Array): void;
  /** y = α x. */
  scale(y: Float32Array, alpha: number, x: Float32Array): void;
  /** y = a ⊙ b. */
  multiply(y: Float32Array, a: Float32Array, b: Float32Array): void;
  /** y = f(x); `slope` is leakyRelu's. */
  activate(y: Float32Array, f: Activation, slope: number, x: Float32Array): void;
  /** dx = f′(x) ⊙ dy, where y = f(x). */
  activateBackward(
    dx: Float32Array,
    f: Activation,
    slope: number,
    x: Float32Array,
    y: Float32Array,
    dy: Float32Array,
  ): void;
  /** y = x / keep where word i of the stream `key` is below `keepBelow(keep)`, else 0. */
  dropout(y: Float32Array, x: Float32Array, keep: number, key: readonly [number, number]): void;
  /** Σ x, summed in float64. */
  sum(x: Float32Array): number;
  /** Σ x², summed in float64. */
  sumOfSquares(x: Float32Array): number;

  /** y = softmax of each row of x. */
  softmax(y: Float32Array, x: Float32Array, columns: number): void;
  /** y = log softmax of each row of x. */
  logSoftmax(y: Float32Array, x: Float32Array, columns: number): void;
  /**
   * losses[r] = −log softmax(x[r] + bias)[targets[r]], then x[r] becomes (softmax − onehot) · scale: the loss and its gradient
   * in the place of the scores.
   */
  softmaxCrossEntropy(
    losses: Float32Array,
    x: Float32Array,
    columns: number,
    targets: Uint32Array,
    scale: number,
    bias: Float32Array | undefined,
  ): void;

  /** m = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g², p −= rate · m / (√v + ε). */
  adam(p: Float32Array, m: Float32Array, v: Float32Array, g: Float32Array, step: AdamStep): void;
  /** The same for rows ids[r] with gradient g[r]; the ids differ. */
  adamRows(
    p: Float32Array,
    m: Float32Array,
    v: Float32Array,
    g: Float32Array,
    step: AdamStep,
    ids: Uint32Array,
    dim: number,
  ): void;
  /** s += g², p −= rate · g / √(s + ε). */
  adagrad(p: Float32Array, s: Float32Array, g: Float32Array, rate: number, epsilon: number): void;
  /** The same for rows ids[r] with gradient g[r]; the ids differ. */
  adagradRows(
    p: Float32Array,
    s: Float32Array,
    g: Float32Array,
    rate: number,
    epsilon: number,
    ids: Uint32Array,
    dim: number,
  ): void;

  /** Triple t is a function of (key, t): uniform user, uniform item of its list, uniform item outside its list. */
  sampleTriples(out: Triples, source: TripleSource, key: readonly [number, number]): void;

  /**
   * For each row of `queries` the k items of highest dot product outside the row's mask, best first; of equal scores the lower item.
   * Where there are fewer, item 2³² − 1 and score −∞. NaN scores are never among the best. May grow the heap.
   */
  scoreTopK(
    outItems: Uint32Array,
    outScores: Float32Array,
    queries: Float32Array,
    items: Float32Array,
    dim: number,
    mask: Lists,
    k: number,
  ): void;
  /** The same for scores that are there already, `columns` a row; masked ones become −∞ in place. */
  topK(
    outItems: Uint32Array,
    outScores: Float32Array,
    scores: Float32Array,
    columns: number,
    mask: Lists,
    k: number,
  ): void;
}
