import { type Rng, requireMemory, Tensor } from "@kith/core-tensors";
import { breathe, type ItemTables } from "@kith/recommender";
import { drawRows, widthFor } from "./draw-rows.ts";

/** The parameters. With one table for both sides, left and right are the same tensors; biases are both there or both not. */
export interface FactorTables {
  /** [rows, width]: width is a multiple of 4, and what of it lies beyond the vectors stays 0. */
  readonly left: Tensor;
  readonly right: Tensor;
  /** [rows] */
  readonly leftBias?: Tensor | undefined;
  readonly rightBias?: Tensor | undefined;
}

/** What they are made by. */
export interface FactorShape {
  readonly dim: number;
  readonly biases: boolean;
  readonly sharedTable: boolean;
}

/** Rows that are filled between two turns of the event loop. */
const ROWS = 4096;

/**
 * Factors as they are at first: vectors from N(0, initialScale² / dim), biases 0.
 * @param hold is given what has to be disposed of
 * @throws MemoryError when they do not fit
 */
export async function startFactors(
  owner: string,
  rows: number,
  { dim, biases, sharedTable, initialScale }: FactorShape & { readonly initialScale: number },
  rng: Rng,
  { hold, signal }: { hold: (tensor: Tensor) => void; signal: AbortSignal | undefined },
): Promise<FactorTables> {
  const width = widthFor(dim);
  const sides = sharedTable ? 1 : 2;
  requireMemory(
    `${owner}: vectors of ${rows.toLocaleString("en-US")} items × ${dim} in ${sides === 1 ? "one table" : "two tables"}, to learn and to answer from`,
    rows * (sides * (width + 1) + 2 * answerColumns({ dim, biases }) + 2) * 4,
  );
  const held = (shape: readonly number[]): Tensor => {
    const tensor = Tensor.parameter(shape);
    hold(tensor);
    return tensor;
  };
  const vectors = async (): Promise<Tensor> => {
    const table = held([rows, width]);
    for (let begin = 0; begin < rows; begin += ROWS) {
      drawRows(table.slice(begin, Math.min(rows, begin + ROWS)), dim, initialScale, rng);
      await breathe();
      signal?.throwIfAborted();
    }
    return table;
  };
  const bias = () => (biases ? held([rows]) : undefined);
  const left = await vectors();
  const leftBias = bias();
  return sharedTable
    ? { left, right: left, leftBias, rightBias: leftBias }
    : { left, right: await vectors(), leftBias, rightBias: bias() };
}

/** Numbers in a row to answer from: the vector and, of an item asked about, [bias, 1], of one that is ranked [1, bias], so that the score is one dot product. */
export function answerColumns({ dim, biases }: Pick<FactorShape, "dim" | "biases">): number {
  return dim + (biases ? 2 : 0);
}

/** Writes the rows of the kept items as they are answered from. */
export function writeAnswers(
  { items, queries }: ItemTables,
  { left, right, leftBias, rightBias }: FactorTables,
  dim: number,
  kept: Uint32Array,
): void {
  const copy = (to: Tensor, from: Tensor): void => {
    const [target, source, { columns }, width] = [to.data, from.data, to, from.columns];
    for (let k = 0; k < kept.length; k++)
      target.set(source.subarray(kept[k] * width, kept[k] * width + dim), k * columns);
  };
  copy(items, right);
  if (queries !== items) copy(queries, left);
  if (!leftBias || !rightBias) return;
  for (let k = 0; k < kept.length; k++) {
    const at = k * items.columns + dim;
    queries.data.set([leftBias.data[kept[k]], 1], at);
    items.data.set([1, rightBias.data[kept[k]]], at);
  }
}

/** The vectors alone, of rows that have biases behind them: a copy. */
export function withoutBiases(rows: Float32Array, columns: number, dim: number): Float32Array {
  const vectors = new Float32Array((rows.length / columns) * dim);
  for (let from = 0, to = 0; from < rows.length; from += columns, to += dim)
    vectors.set(rows.subarray(from, from + dim), to);
  return vectors;
}
