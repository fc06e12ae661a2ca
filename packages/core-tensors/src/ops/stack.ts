import { OptionError, ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * Matrices of equally many columns one below the other: [Σ rows, columns].
 * @throws OptionError for an empty list
 * @throws ShapeError when they have not equally many columns
 */
export function stack(parts: readonly Tensor[]): Tensor {
  if (parts.length === 0) throw new OptionError("stack", "parts", "must hold at least one matrix");
  const [{ columns }] = parts;
  let rows = 0;
  const begins = parts.map((part) => {
    checkMatrix("stack", part);
    if (part.columns !== columns) throw new ShapeError("stack", [part.rows, columns], part.shape);
    rows += part.rows;
    return rows - part.rows;
  });
  const y = Tensor.empty([rows, columns], {
    parents: parts,
    backward(dy, give) {
      parts.forEach((part, n) => {
        give.dense(part, dy.slice(begins[n], begins[n] + part.rows));
      });
    },
  });
  parts.forEach(({ data }, n) => {
    y.data.set(data, begins[n] * columns);
  });
  return y;
}
