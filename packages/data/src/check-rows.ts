import { FormatError } from "@kith/core-tensors";

/** Does `add`; its error is made to name the row. */
export function inRow(row: number, column: string, add: () => number): number {
  try {
    return add();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`Interactions: row ${row}, ${column}: ${error.message}`);
  }
}

/** A value or time must be finite, and given in all rows or in none. */
export function checkNumber(name: string, given: unknown, expected: boolean, row: number): void {
  if ((given !== undefined) !== expected)
    throw new FormatError(
      `Interactions: row ${row} has ${expected ? "no" : "a"} ${name}, unlike the rows before; give it in all rows or in none`,
    );
  if (expected && !(typeof given === "number" && Number.isFinite(stored(name, given))))
    throw new FormatError(
      `Interactions: row ${row}: ${name} must be a finite number, got ${given}`,
    );
}

/** Values are kept as 32-bit floats, in which 1e39 is infinite. */
function stored(name: string, given: number): number {
  return name === "value" ? Math.fround(given) : given;
}

/** Every index must be within its vocabulary. */
export function checkIndices(name: string, column: Uint32Array, size: number): void {
  for (let row = 0; row < column.length; row++) {
    if (column[row] >= size)
      throw new FormatError(
        `Interactions: row ${row}: ${name} ${column[row]} is beyond the vocabulary of ${size} ids`,
      );
  }
}

/** Every value or time must be finite. */
export function checkFinite(name: string, column: Float32Array | Float64Array | undefined): void {
  for (let row = 0; column !== undefined && row < column.length; row++) {
    if (!Number.isFinite(column[row]))
      throw new FormatError(
        `Interactions: row ${row}: ${name} must be a finite number, got ${column[row]}`,
      );
  }
}
