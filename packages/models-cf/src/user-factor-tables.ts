import { type Factors, type Rng, Tensor } from "@kith/core-tensors";
import { drawRows, widthFor } from "./draw-rows.ts";

/** The parameters, in rows whose width is a multiple of 4; what of it lies beyond the vectors stays 0. Biases are both there or both not. */
export interface UserFactorTables {
  /** [users, width] */
  readonly users: Tensor;
  /** [items, width] */
  readonly items: Tensor;
  /** [users] */
  readonly userBias?: Tensor | undefined;
  /** [items] */
  readonly itemBias?: Tensor | undefined;
}

/** What a model answers from: rows [p, bᵤ + mean, 1] and [q, 1, bᵢ], so that a score is one dot product; without biases the vectors alone. */
export interface UserFactorAnswers {
  readonly users: Tensor;
  readonly items: Tensor;
}

/** Vectors from N(0, initialScale² / dim), biases 0: parameters, which the caller disposes of. */
export function startTables(
  users: number,
  items: number,
  {
    dim,
    biases,
    initialScale,
  }: { readonly dim: number; readonly biases: boolean; readonly initialScale: number },
  rng: Rng,
): UserFactorTables {
  const width = widthFor(dim);
  const vectors = (rows: number) =>
    drawRows(Tensor.parameter([rows, width]), dim, initialScale, rng);
  const bias = (rows: number) => (biases ? Tensor.parameter([rows]) : undefined);
  return {
    users: vectors(users),
    items: vectors(items),
    userBias: bias(users),
    itemBias: bias(items),
  };
}

/** The items that are answered from as they are learned from, and one user of zeros; in the scope of the caller. */
export function frozenTables(answers: Tensor, dim: number, biases: boolean): UserFactorTables {
  const { rows, columns } = answers;
  const width = widthFor(dim);
  const [users, items] = [Tensor.zeros([1, width]), Tensor.zeros([rows, width])];
  const bias = (count: number) => (biases ? Tensor.zeros([count]) : undefined);
  const [userBias, itemBias] = [bias(1), bias(rows)];
  const [from, to] = [answers.data, items.data];
  for (let i = 0; i < rows; i++) {
    to.set(from.subarray(i * columns, i * columns + dim), i * width);
    if (itemBias) itemBias.data[i] = from[i * columns + dim + 1];
  }
  return { users, items, userBias, itemBias };
}

/** Fills what a model answers from. */
export function writeAnswers(
  answers: UserFactorAnswers,
  tables: UserFactorTables,
  dim: number,
  mean: number,
): void {
  const copy = (to: Tensor, from: Tensor, more?: (row: number) => readonly number[]): void => {
    const [target, source] = [to.data, from.data];
    for (let r = 0; r < to.rows; r++) {
      const vector = source.subarray(r * from.columns, r * from.columns + dim);
      target.set(vector, r * to.columns);
      if (more) target.set(more(r), r * to.columns + dim);
    }
  };
  const [userBias, itemBias] = [tables.userBias?.data, tables.itemBias?.data];
  copy(answers.users, tables.users, userBias && ((r) => [userBias[r] + mean, 1]));
  copy(answers.items, tables.items, itemBias && ((r) => [1, itemBias[r]]));
}

/** Views of the parameters, for one call of a kernel. */
export function factorsOf({ users, items, userBias, itemBias }: UserFactorTables): Factors {
  return {
    left: users.data,
    right: items.data,
    leftBias: userBias?.data,
    rightBias: itemBias?.data,
    dim: users.columns,
  };
}
