import { KithError } from "@kith/core-tensors";
import type { Column } from "./row-blocks.ts";

/**
 * The rows that a test or a list of row numbers chooses.
 * @throws KithError when a row number is too large
 */
export function chosenRows(
  owner: string,
  length: number,
  rows: Uint32Array | ((row: number) => boolean),
): Uint32Array {
  if (typeof rows !== "function") {
    for (let i = 0; i < rows.length; i++)
      if (!(rows[i] < length))
        throw new KithError(`${owner}: expected rows below ${length}, got ${rows[i]}`);
    return rows;
  }
  const chosen = new Uint32Array(length);
  let size = 0;
  for (let row = 0; row < length; row++) if (rows(row)) chosen[size++] = row;
  return chosen.subarray(0, size);
}

/** The entries of a column in some rows, in a new array. */
export function gathered<A extends Column>(column: A, rows: Uint32Array): A {
  const to = new (column.constructor as new (length: number) => A)(rows.length);
  for (let i = 0; i < rows.length; i++) to[i] = column[rows[i]];
  return to;
}

/** Which of 0 … size − 1 occur in some columns, ascending, and the place of each among them. */
export function occurring(
  columns: readonly Uint32Array[],
  size: number,
): { kept: Uint32Array; renumbered: Uint32Array } {
  const occurs = new Uint8Array(size);
  for (const column of columns)
    for (let row = 0; row < column.length; row++) occurs[column[row]] = 1;
  const kept = new Uint32Array(size).map((_, i) => i).filter((i) => occurs[i] === 1);
  const renumbered = new Uint32Array(size);
  for (let i = 0; i < kept.length; i++) renumbered[kept[i]] = i;
  return { kept, renumbered };
}
