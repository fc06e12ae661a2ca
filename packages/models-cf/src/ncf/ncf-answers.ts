import { kernels, scope, Tensor } from "@kith/core-tensors";
import type { NcfParts } from "./ncf-parts.ts";

/** Items whose layers are computed together for somebody. */
const TILE = 2048;

/**
 * A trained network to answer from. W [p; q] = Wᵤ p + Wᵢ q for the first layer, so its items' part is computed once for all users.
 */
export class NcfAnswers {
  readonly parts: NcfParts;
  /** All parts by name, of the shapes that they have in model files. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** [items, dim]: what of the item table is multiplied, where the rest is not. */
  readonly multiplied: Tensor | undefined;
  /** [items, second width]: what the items' sides put into the first layer. */
  readonly layered: Tensor | undefined;

  /** @param numbers of a part, by its name */
  constructor(parts: NcfParts, numbers: (name: string) => Float32Array) {
    const { items, dim, layers } = parts.shape;
    this.parts = parts;
    this.tensors = Object.fromEntries(
      Object.entries(parts.places).map(([name, { shape }]) => {
        const tensor = Tensor.parameter(shape);
        tensor.data.set(numbers(name));
        return [name, tensor];
      }),
    );
    if (layers.length === 0) return;
    const { width } = parts;
    const half = width - dim;
    const layered = Tensor.parameter([items, layers[1]]);
    this.layered = layered;
    const multiplied = dim > 0 ? Tensor.parameter([items, dim]) : undefined;
    this.multiplied = multiplied;
    scope(() => {
      const sides = Tensor.empty([items, half]);
      const table = this.part("items.embedding");
      if (multiplied) kernels().copyColumns(multiplied.data, dim, 0, table, width, 0, dim);
      kernels().copyColumns(sides.data, half, 0, table, width, dim, half);
      const weight = this.part("layers.1.weight").subarray(half * layers[1]);
      kernels().gemm(layered.data, sides.data, weight, { m: items, n: layers[1], k: half });
    });
  }

  /** Whether every number is finite. */
  get isFinite(): boolean {
    return Object.values(this.tensors).every(({ data }) =>
      Number.isFinite(kernels().sumOfSquares(data)),
    );
  }

  part(name: string): Float32Array {
    return this.tensors[name].data;
  }

  /** The row of a user of the training data: a view. */
  user(user: number): Float32Array {
    const { width } = this.parts;
    return this.part("users.embedding").subarray(user * width, (user + 1) * width);
  }

  /** Those whose rows these are as factors of their scores with the items, without layers: h ⊙ p. Made in the scope of the caller. */
  queries(rows: Tensor): Tensor {
    const queries = Tensor.empty(rows.shape);
    const h = this.part("output.weight");
    const [to, from] = [queries.data, rows.data];
    for (let n = 0; n < from.length; n++) to[n] = from[n] * h[n % h.length];
    return queries;
  }

  /** Logits of all items for those whose rows these are [rows, width]: [rows, items], made in the scope of the caller a tile at a time. */
  logits(rows: Tensor): Tensor {
    const { items, dim, layers } = this.parts.shape;
    const values = Tensor.empty([rows.rows, items]);
    values.data.fill(this.part("output.bias")[0]);
    const first = scope(() => this.#first(rows).keep());
    try {
      for (let r = 0; r < rows.rows; r++)
        for (let begin = 0; begin < items; begin += TILE) {
          const end = Math.min(items, begin + TILE);
          scope(() => {
            const out = () => values.data.subarray(r * items + begin, r * items + end);
            const top = this.#top(first.slice(r, r + 1), begin, end);
            const h = this.part("output.weight");
            const shape = { m: end - begin, n: 1, accumulate: true };
            const width = layers[layers.length - 1];
            kernels().gemm(out(), top.data, h.subarray(dim), { ...shape, k: width });
            if (!this.multiplied) return;
            const p = Tensor.from(rows.data.subarray(r * rows.columns, r * rows.columns + dim));
            for (let d = 0; d < dim; d++) p.data[d] *= h[d];
            const tile = this.multiplied.slice(begin, end);
            kernels().gemm(out(), tile.data, p.data, { ...shape, k: dim });
          });
        }
    } finally {
      first.dispose();
    }
    return values;
  }

  /** Wᵤ p + b of the first layer. */
  #first(rows: Tensor): Tensor {
    const { dim, layers } = this.parts.shape;
    const half = rows.columns - dim;
    const own = Tensor.empty([rows.rows, half]);
    const y = Tensor.empty([rows.rows, layers[1]]);
    kernels().copyColumns(own.data, half, 0, rows.data, rows.columns, dim, half);
    const weight = this.part("layers.1.weight").subarray(0, half * layers[1]);
    kernels().gemm(y.data, own.data, weight, { m: rows.rows, n: layers[1], k: half });
    kernels().addBias(y.data, y.data, this.part("layers.1.bias"));
    return y;
  }

  /** The last layer of somebody with items begin … end. */
  #top(first: Tensor, begin: number, end: number): Tensor {
    const { layers } = this.parts.shape;
    const layered = (this.layered as Tensor).slice(begin, end);
    let y = Tensor.empty(layered.shape);
    kernels().addBias(y.data, layered.data, first.data);
    kernels().activate(y.data, "relu", 0, y.data);
    for (let n = 2; n < layers.length; n++) {
      const next = Tensor.empty([end - begin, layers[n]]);
      const shape = { m: end - begin, n: layers[n], k: layers[n - 1] };
      kernels().gemm(next.data, y.data, this.part(`layers.${n}.weight`), shape);
      kernels().addBias(next.data, next.data, this.part(`layers.${n}.bias`));
      kernels().activate(next.data, "relu", 0, next.data);
      y = next;
    }
    return y;
  }

  dispose(): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
    this.multiplied?.dispose();
    this.layered?.dispose();
  }
}
