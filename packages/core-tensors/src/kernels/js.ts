import type { Csr } from "../csr.ts";
import { itemOutside } from "../item-outside.ts";
import { threefry } from "../rng.ts";
import { als } from "./js-als.ts";
import { edgeKernels } from "./js-edges.ts";
import { eges } from "./js-eges.ts";
import { factorize } from "./js-factorize.ts";
import { ncf } from "./js-ncf.ts";
import { sampleNeighbours } from "./js-neighbours.ts";
import { rankingKernels } from "./js-ranking.ts";
import { recurrentKernels } from "./js-recurrent.ts";
import { skipGram } from "./js-skip-gram.ts";
import { sweepKernels } from "./js-sweep.ts";
import { userFactors } from "./js-user-factors.ts";
import { walks } from "./js-walks.ts";
import {
  type Activation,
  type AdagradStep,
  type GemmShape,
  type Kernels,
  keepBelow,
  type Lists,
  type TripleSource,
  type Triples,
} from "./kernels.ts";
import { scaled } from "./stream.ts";

const SHORTEST = Math.fround(1e-12); // what a row's length counts as at least, when it is divided by it

/** Every kernel as the plainest loop that is correct: what the others are checked against, and what runs where WebAssembly SIMD does not. */
export const jsKernels: Kernels = {
  als,
  walks,
  skipGram,
  eges,
  factorize,
  userFactors,
  ncf,
  sampleNeighbours,
  ...edgeKernels,
  ...rankingKernels,
  ...recurrentKernels,
  ...sweepKernels,

  gemm(c, a, b, { m, n, k, transposeA, transposeB, accumulate }: GemmShape) {
    const [aRow, aColumn] = transposeA ? [1, m] : [k, 1];
    const [bRow, bColumn] = transposeB ? [1, k] : [n, 1];
    const row = new Float64Array(n);
    for (let i = 0; i < m; i++) {
      row.fill(0);
      for (let t = 0; t < k; t++) {
        const factor = a[i * aRow + t * aColumn];
        for (let j = 0; j < n; j++) row[j] += factor * b[t * bRow + j * bColumn];
      }
      for (let j = 0; j < n; j++) c[i * n + j] = accumulate ? c[i * n + j] + row[j] : row[j];
    }
  },

  spmm(y, a, x, dim) {
    const csr = plain(a);
    for (let i = 0; i < a.rows; i++) spmmRow(y, i * dim, csr, i, x, dim);
  },

  spmmRows(y, a, x, dim, rows) {
    const csr = plain(a);
    for (let r = 0; r < rows.length; r++) spmmRow(y, r * dim, csr, rows[r], x, dim);
  },

  spmmFromRows(y, a, x, dim, position) {
    const { offsets, indices, values } = a;
    y.fill(0);
    for (let i = 0; i < a.rows; i++)
      for (let k = offsets[i]; k < offsets[i + 1]; k++) {
        const p = position[indices[k]];
        if (p >= 0) for (let j = 0; j < dim; j++) y[i * dim + j] += values[k] * x[p * dim + j];
      }
  },

  addBias(y, x, b) {
    for (let o = 0; o < y.length; o += b.length)
      for (let j = 0; j < b.length; j++) y[o + j] = x[o + j] + b[j];
  },

  columnSums(y, x) {
    y.fill(0);
    for (let o = 0; o < x.length; o += y.length)
      for (let j = 0; j < y.length; j++) y[j] += x[o + j];
  },

  copyColumns(y, yColumns, yBegin, x, xColumns, xBegin, width) {
    for (let r = 0; r * yColumns < y.length; r++)
      for (let j = 0; j < width; j++) y[r * yColumns + yBegin + j] = x[r * xColumns + xBegin + j];
  },

  gatherRows(y, x, ids, dim) {
    for (let r = 0; r < ids.length; r++)
      for (let j = 0; j < dim; j++) y[r * dim + j] = x[ids[r] * dim + j];
  },

  scatterAddRows(y, x, ids, dim) {
    for (let r = 0; r < ids.length; r++)
      for (let j = 0; j < dim; j++) y[ids[r] * dim + j] += x[r * dim + j];
  },

  rowDot(y, a, b, dim) {
    for (let r = 0; r < y.length; r++) y[r] = dot(a, b, r * dim, dim);
  },

  addScaledRows(y, s, x, dim) {
    for (let r = 0; r < s.length; r++)
      for (let j = r * dim; j < (r + 1) * dim; j++) y[j] += s[r] * x[j];
  },

  normalizeRows(y, norms, x, dim) {
    for (let r = 0; r < norms.length; r++) {
      norms[r] = Math.max(Math.sqrt(dot(x, x, r * dim, dim)), SHORTEST);
      for (let j = r * dim; j < (r + 1) * dim; j++) y[j] = x[j] / norms[r];
    }
  },

  normalizeRowsBackward(dx, y, norms, dy, dim) {
    for (let r = 0; r < norms.length; r++) {
      const along = dot(y, dy, r * dim, dim);
      const factor = norms[r] <= SHORTEST ? 0 : 1 / norms[r];
      for (let j = r * dim; j < (r + 1) * dim; j++) dx[j] = (dy[j] - along * y[j]) * factor;
    }
  },

  layerNorm(y, unit, inverses, x, gain, bias, epsilon) {
    const dim = gain.length;
    for (let r = 0; r < inverses.length; r++) {
      const row = x.subarray(r * dim, (r + 1) * dim);
      const mean = row.reduce((total, one) => total + one, 0) / dim;
      const variance = row.reduce((total, one) => total + (one - mean) ** 2, 0) / dim;
      inverses[r] = 1 / Math.sqrt(variance + epsilon);
      for (let j = 0; j < dim; j++) {
        unit[r * dim + j] = (row[j] - mean) * inverses[r];
        y[r * dim + j] = gain[j] * unit[r * dim + j] + bias[j];
      }
    }
  },

  layerNormBackward(dx, unit, inverses, gain, dy) {
    const dim = gain.length;
    for (let r = 0; r < inverses.length; r++) {
      const d = gain.map((g, j) => g * dy[r * dim + j]);
      const mean = d.reduce((total, one) => total + one, 0) / dim;
      const along = d.reduce((total, one, j) => total + one * unit[r * dim + j], 0) / dim;
      for (let j = 0; j < dim; j++)
        dx[r * dim + j] = inverses[r] * (d[j] - mean - along * unit[r * dim + j]);
    }
  },

  combine(y, alpha, a, beta, b) {
    for (let i = 0; i < y.length; i++) y[i] = alpha * a[i] + beta * b[i];
  },

  scale(y, alpha, x) {
    for (let i = 0; i < y.length; i++) y[i] = alpha * x[i];
  },

  multiply(y, a, b) {
    for (let i = 0; i < y.length; i++) y[i] = a[i] * b[i];
  },

  activate(y, f, slope, x) {
    for (let i = 0; i < y.length; i++) y[i] = value(f, slope, x[i]);
  },

  activateBackward(dx, f, slope, x, y, dy) {
    for (let i = 0; i < dx.length; i++) dx[i] = derivative(f, slope, x[i], y[i]) * dy[i];
  },

  dropout(y, x, keep, [k0, k1]) {
    const threshold = keepBelow(keep);
    const words = new Uint32Array(2);
    for (let i = 0; i < y.length; i++) {
      if ((i & 1) === 0) threefry(words, k0, k1, i / 2, 0);
      y[i] = words[i & 1] < threshold ? x[i] / keep : 0;
    }
  },

  perturbRows(y, x, dim, epsilon, [k0, k1]) {
    const words = new Uint32Array(2);
    const noise = new Float64Array(dim);
    for (let r = 0; r * dim < x.length; r++) {
      let squares = 0;
      for (let j = 0; j < dim; j++) {
        if ((j & 1) === 0) threefry(words, k0, k1, j / 2, r);
        noise[j] = words[j & 1] / 2 ** 32;
        squares += noise[j] * noise[j];
      }
      const factor = epsilon / Math.max(Math.sqrt(squares), SHORTEST);
      for (let j = 0; j < dim; j++) {
        const at = r * dim + j;
        y[at] = x[at] + (Math.sign(x[at]) || 0) * factor * noise[j];
      }
    }
  },

  sum(x) {
    let total = 0;
    for (let i = 0; i < x.length; i++) total += x[i];
    return total;
  },

  sumOfSquares(x) {
    let total = 0;
    for (let i = 0; i < x.length; i++) total += x[i] * x[i];
    return total;
  },

  softmax(y, x, columns) {
    for (let o = 0; o < x.length; o += columns) {
      const total = rowExp(y, x, o, columns);
      for (let j = o; j < o + columns; j++) y[j] /= total;
    }
  },

  logSoftmax(y, x, columns) {
    for (let o = 0; o < x.length; o += columns) {
      const shift = rowMax(x, o, columns) + Math.log(rowExp(y, x, o, columns));
      for (let j = o; j < o + columns; j++) y[j] = x[j] - shift;
    }
  },

  softmaxCrossEntropy(losses, x, columns, targets, scale, bias, epsilon) {
    for (let r = 0, o = 0; r < targets.length; r++, o += columns) {
      if (bias) for (let j = 0; j < columns; j++) x[o + j] += bias[j];
      const t = o + targets[r];
      const target = x[t];
      const max = rowMax(x, o, columns);
      const total = rowExp(x, x, o, columns);
      const share = x[t] / total;
      losses[r] = epsilon === 0 ? Math.log(total) + (max - target) : -Math.log(share + epsilon);
      const factor = epsilon === 0 ? scale : (scale * share) / (share + epsilon);
      for (let j = o; j < o + columns; j++) x[j] *= factor / total;
      x[t] -= factor;
    }
  },

  multinomialCrossEntropy(losses, x, { rows, columns, offsets, indices, values }, bias, scale) {
    for (let r = 0, o = 0; r < rows; r++, o += columns) {
      for (let j = 0; j < columns; j++) x[o + j] += bias[j];
      const max = rowMax(x, o, columns);
      let [count, below] = [0, 0];
      for (let k = offsets[r]; k < offsets[r + 1]; k++) {
        count += values[k];
        below += values[k] * (max - x[o + indices[k]]);
      }
      const total = rowExp(x, x, o, columns);
      losses[r] = count * Math.log(total) + below;
      for (let j = o; j < o + columns; j++) x[j] *= (count * scale) / total;
      for (let k = offsets[r]; k < offsets[r + 1]; k++) x[o + indices[k]] -= values[k] * scale;
    }
  },

  adam(p, m, v, g, step) {
    for (let i = 0; i < p.length; i++) adamOne(p, m, v, i, g[i], step);
  },

  adamRows(p, m, v, g, step, ids, dim) {
    for (let r = 0; r < ids.length; r++)
      for (let j = 0; j < dim; j++) adamOne(p, m, v, ids[r] * dim + j, g[r * dim + j], step);
  },

  adagrad(p, s, v, g, step) {
    for (let i = 0; i < p.length; i++) adagradOne(p, s, v, i, g[i], step);
  },

  adagradRows(p, s, v, g, step, ids, dim) {
    for (let r = 0; r < ids.length; r++)
      for (let j = 0; j < dim; j++) adagradOne(p, s, v, ids[r] * dim + j, g[r * dim + j], step);
  },

  sampleTriples(out: Triples, source: TripleSource, [k0, k1]) {
    const { users, offsets, items, itemCount } = source;
    const first = new Uint32Array(2);
    const second = new Uint32Array(2);
    for (let t = 0; t < out.users.length; t++) {
      threefry(first, k0, k1, t, 0);
      threefry(second, k0, k1, t, 1);
      const user = users[scaled(first[0], users.length)];
      const lo = offsets[user];
      const hi = offsets[user + 1];
      out.users[t] = user;
      out.liked[t] = items[lo + scaled(first[1], hi - lo)];
      out.unseen[t] = itemOutside(items, lo, hi, scaled(second[0], itemCount - (hi - lo)));
    }
  },

  scoreTopK(outItems, outScores, queries, items, dim, mask, k) {
    const rows = dim === 0 ? 0 : queries.length / dim;
    const columns = dim === 0 ? 0 : items.length / dim;
    const scores = new Float32Array(columns);
    for (let r = 0; r < rows; r++) {
      jsKernels.gemm(scores, queries.subarray(r * dim, (r + 1) * dim), items, {
        m: 1,
        n: columns,
        k: dim,
        transposeB: true,
      });
      bestOfRow(outItems, outScores, r, scores, mask, k);
    }
  },

  topK(outItems, outScores, scores, columns, mask, k) {
    for (let r = 0; r * k < outItems.length; r++)
      bestOfRow(outItems, outScores, r, scores.subarray(r * columns, (r + 1) * columns), mask, k);
  },
};

/** The arrays themselves: a SparseMatrix makes a new view at each access. */
function plain({ rows, columns, offsets, indices, values }: Csr): Csr {
  return { rows, columns, offsets, indices, values };
}

function spmmRow(
  y: Float32Array,
  at: number,
  a: Csr,
  i: number,
  x: Float32Array,
  dim: number,
): void {
  for (let j = 0; j < dim; j++) {
    let total = 0;
    for (let k = a.offsets[i]; k < a.offsets[i + 1]; k++)
      total += a.values[k] * x[a.indices[k] * dim + j];
    y[at + j] = total;
  }
}

function dot(a: Float32Array, b: Float32Array, at: number, dim: number): number {
  let total = 0;
  for (let j = at; j < at + dim; j++) total += a[j] * b[j];
  return total;
}

function value(f: Activation, slope: number, x: number): number {
  switch (f) {
    case "relu":
      return Math.max(x, 0);
    case "leakyRelu":
      return x < 0 ? slope * x : x;
    case "sigmoid":
      return 1 / (1 + Math.exp(-x));
    case "tanh":
      return Math.tanh(x);
    case "softplus":
      return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    case "elu":
      return x > 0 ? x : slope * Math.expm1(x);
    case "exp":
      return Math.exp(x);
  }
}

function derivative(f: Activation, slope: number, x: number, y: number): number {
  switch (f) {
    case "relu":
      return x <= 0 ? 0 : 1;
    case "leakyRelu":
      return x <= 0 ? slope : 1;
    case "sigmoid":
      return y * (1 - y);
    case "tanh":
      return 1 - y * y;
    case "softplus":
      return 1 / (1 + Math.exp(-x));
    case "elu":
      return x > 0 ? 1 : y + slope;
    case "exp":
      return y;
  }
}

function rowMax(x: Float32Array, at: number, columns: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let j = at; j < at + columns; j++) if (x[j] > max) max = x[j];
  return max;
}

/** y = exp(x − max x) over one row; returns its sum. */
function rowExp(y: Float32Array, x: Float32Array, at: number, columns: number): number {
  const max = rowMax(x, at, columns);
  let total = 0;
  for (let j = at; j < at + columns; j++) {
    y[j] = Math.exp(x[j] - max);
    total += y[j];
  }
  return total;
}

function adamOne(
  p: Float32Array,
  m: Float32Array,
  v: Float32Array,
  i: number,
  g: number,
  { rate, beta1, beta2, epsilon }: { rate: number; beta1: number; beta2: number; epsilon: number },
): void {
  m[i] = beta1 * m[i] + (1 - beta1) * g;
  v[i] = beta2 * v[i] + (1 - beta2) * g * g;
  p[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
}

function adagradOne(
  p: Float32Array,
  s: Float32Array,
  v: Float32Array | undefined,
  i: number,
  g: number,
  { rate, momentum, epsilon }: AdagradStep,
): void {
  s[i] += g * g;
  let change = (rate * g) / Math.sqrt(s[i] + epsilon);
  if (v) {
    change += momentum * v[i];
    v[i] = change;
  }
  p[i] -= change;
}

function bestOfRow(
  outItems: Uint32Array,
  outScores: Float32Array,
  r: number,
  scores: Float32Array,
  { offsets, items }: Lists,
  k: number,
): void {
  for (let t = offsets[r]; t < offsets[r + 1]; t++) scores[items[t]] = Number.NEGATIVE_INFINITY;
  const best = Array.from(scores.keys())
    .filter((j) => scores[j] > Number.NEGATIVE_INFINITY)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, k);
  for (let j = 0; j < k; j++) {
    outItems[r * k + j] = j < best.length ? best[j] : 0xffffffff;
    outScores[r * k + j] = j < best.length ? scores[best[j]] : Number.NEGATIVE_INFINITY;
  }
}
