import { FormatError } from "@kith/core-tensors";

/**
 * What makes rows must be iterable.
 * @throws FormatError naming the owner
 */
export function checkIterable(owner: string, given: unknown, wanted: string): void {
  if (typeof (given as Iterable<unknown> | null | undefined)?.[Symbol.iterator] !== "function")
    throw new FormatError(
      `${owner}: expected ${wanted}, got ${given === null ? "null" : typeof given}`,
    );
}

/** Does `add`; its error is made to name the row, or what `unit` calls it. */
export function inRow(
  owner: string,
  row: number,
  column: string,
  add: () => number,
  unit: string = "row",
): number {
  try {
    return add();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${owner}: ${unit} ${row}, ${column}: ${error.message}`);
  }
}

/** What may be left out is given in all rows or in none. */
export function checkGiven(
  owner: string,
  name: string,
  given: unknown,
  expected: boolean,
  row: number,
): void {
  if ((given !== undefined) !== expected)
    throw new FormatError(
      `${owner}: row ${row} has ${expected ? "no" : "a"} ${name}, unlike the rows before; give it in all rows or in none`,
    );
}

/** A value or time must be finite, and given in all rows or in none. */
export function checkNumber(
  owner: string,
  name: string,
  given: unknown,
  expected: boolean,
  row: number,
): void {
  checkGiven(owner, name, given, expected, row);
  if (expected && !(typeof given === "number" && Number.isFinite(stored(name, given))))
    throw new FormatError(`${owner}: row ${row}: ${name} must be a finite number, got ${given}`);
}

/** All but times are kept as 32-bit floats, in which 1e39 is infinite. */
function stored(name: string, given: number): number {
  return name === "time" ? given : Math.fround(given);
}

/** All columns must be as long as the first one. */
export function checkLengths(
  owner: string,
  columns: Readonly<Record<string, { readonly length: number } | undefined>>,
): void {
  const [[first, { length } = { length: 0 }], ...rest] = Object.entries(columns);
  for (const [name, column] of rest) {
    if (column !== undefined && column.length !== length)
      throw new FormatError(
        `${owner}: expected columns of one length, but "${first}" has ${length} rows and "${name}" has ${column.length}`,
      );
  }
}

/** Every index must be within its vocabulary. */
export function checkIndices(owner: string, name: string, column: Uint32Array, size: number): void {
  for (let row = 0; row < column.length; row++) {
    if (column[row] >= size)
      throw new FormatError(
        `${owner}: row ${row}: ${name} ${column[row]} is beyond the vocabulary of ${size} ids`,
      );
  }
}

/** Every value or time must be finite. */
export function checkFinite(
  owner: string,
  name: string,
  column: Float32Array | Float64Array | undefined,
): void {
  for (let row = 0; column !== undefined && row < column.length; row++) {
    if (!Number.isFinite(column[row]))
      throw new FormatError(
        `${owner}: row ${row}: ${name} must be a finite number, got ${column[row]}`,
      );
  }
}
