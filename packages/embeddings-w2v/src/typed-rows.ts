import { addAll, gather, scale, type Tensor } from "@kith/core-tensors";
import type { CategoricalField } from "@kith/data";

/**
 * Which rows of a table the vector of each user (or item) is the mean of: row u is user u's own, row users + t is type t's. A user whose vector has but
 * one part has it twice.
 */
export interface TypedRows {
  /** Rows of the table. */
  readonly count: number;
  /** Each of shape [users]; one array where there are no types, else two. */
  readonly parts: readonly Uint32Array[];
  /** For each row whether an event reaches it, so that it is trained. Shape [count]. */
  readonly isTrained: Uint8Array;
}

/**
 * A user with events has an own part, and one with a type has that of the type. A user with neither keeps the own row, which nothing trains.
 * @param users of each event
 */
export function typedRows(
  size: number,
  users: Uint32Array,
  types: CategoricalField | undefined,
): TypedRows {
  const count = size + (types?.values.size ?? 0);
  const own = Uint32Array.from({ length: size }, (_, u) => u);
  const isTrained = new Uint8Array(count);
  for (const u of users) isTrained[u] = 1;
  if (!types) return { count, parts: [own], isTrained };
  const ofType = own.map((u) => (types.of[u] < 0 ? u : size + types.of[u]));
  const first = own.map((u) => (isTrained[u] === 1 ? u : ofType[u]));
  for (const u of users) isTrained[ofType[u]] = 1;
  return { count, parts: [first, ofType], isTrained };
}

/** The vectors of some users, on the tape: gradients reach the rows they are made of. */
export function meanOf(table: Tensor, { parts }: TypedRows, users: Uint32Array): Tensor {
  const rows = parts.map((part) =>
    gather(
      table,
      users.map((u) => part[u]),
    ),
  );
  return rows.length === 1 ? rows[0] : scale(addAll(rows), 1 / rows.length);
}

/** out[u] = the mean of user u's rows of the table. */
export function fillMeans(out: Tensor, table: Tensor, { parts }: TypedRows): void {
  const { columns, rows } = out;
  const [to, from] = [out.data, table.data];
  to.fill(0);
  for (const part of parts)
    for (let u = 0; u < rows; u++)
      for (let d = 0; d < columns; d++)
        to[u * columns + d] += from[part[u] * columns + d] / parts.length;
}
