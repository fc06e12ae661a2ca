import { kernels } from "../backend.ts";
import { Tensor } from "../tensor.ts";

/** Scores held at a time: 8 MiB of them, */
const TILE = 1 << 21;
/** or what a block of the matrix product takes of rows, which makes the gradient of the keys in one pass, */
const BLOCK = 256;
/** where that is not more than 32 MiB. */
const LARGEST_TILE = 1 << 23;

/**
 * The products queries · keysᵀ / temperature, of [n, dim] and [m, dim], a tile of rows at a time: the n × m scores never exist. A loss of them forms its gradients in the same pass.
 * Allocates all that it needs when it is made, so that views taken between that and `run` stay good.
 */
export class DotTiles {
  readonly dQueries: Tensor;
  readonly dKeys: Tensor;
  readonly #queries: Tensor;
  readonly #keys: Tensor;
  readonly #temperature: number;
  readonly #scaled: Tensor;
  readonly #tile: Tensor;

  constructor(queries: Tensor, keys: Tensor, temperature = 1) {
    this.#queries = queries;
    this.#keys = keys;
    this.#temperature = temperature;
    this.dQueries = Tensor.empty(queries.shape);
    this.dKeys = Tensor.empty(keys.shape);
    this.#scaled = temperature === 1 ? queries : Tensor.empty(queries.shape);
    this.#tile = Tensor.empty([tileRows(queries.rows, keys.rows), keys.rows]);
  }

  /** @param visit is given the scores of rows begin … end, and leaves the loss's gradient in their place */
  run(visit: (scores: Float32Array, begin: number, end: number) => void): void {
    const k = kernels();
    const [queries, keys, scaled, { dQueries, dKeys }] = [
      this.#queries,
      this.#keys,
      this.#scaled,
      this,
    ];
    const factor = 1 / this.#temperature;
    const [n, m, dim, rows] = [queries.rows, keys.rows, queries.columns, this.#tile.rows];
    if (scaled !== queries) k.scale(scaled.data, factor, queries.data);
    for (let begin = 0; begin < n; begin += rows) {
      const end = Math.min(n, begin + rows);
      const here = end - begin;
      const scores = this.#tile.slice(0, here).data;
      const q = scaled.slice(begin, end).data;
      k.gemm(scores, q, keys.data, { m: here, n: m, k: dim, transposeB: true });
      visit(scores, begin, end);
      if (queries.requiresGradient)
        k.gemm(dQueries.slice(begin, end).data, scores, keys.data, { m: here, n: dim, k: m });
      if (!keys.requiresGradient) continue;
      const ofKeys = { m, n: dim, k: here, transposeA: true, accumulate: begin > 0 };
      k.gemm(dKeys.data, scores, q, ofKeys); // the temperature's share is in q
    }
    if (queries.requiresGradient && scaled !== queries)
      k.scale(dQueries.data, factor, dQueries.data);
  }
}

function tileRows(n: number, m: number): number {
  const few = Math.min(BLOCK, Math.floor(LARGEST_TILE / m));
  return Math.max(1, Math.min(n, Math.max(few, Math.floor(TILE / m))));
}

/** dy · gradient, for a scalar dy: the gradient itself where dy is 1, which must not be overwritten. */
export function scaledGradient(dy: Tensor, gradient: Tensor): readonly [Tensor, fresh: boolean] {
  if (dy.item() === 1) return [gradient, false];
  const dx = Tensor.empty(gradient.shape);
  kernels().scale(dx.data, dy.item(), gradient.data);
  return [dx, true];
}
