import { kernels } from "../backend.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * Matrices of equally many rows side by side: [rows, Σ columns].
 * @throws OptionError for an empty list
 * @throws ShapeError when they have not equally many rows
 */
export function concat(parts: readonly Tensor[]): Tensor {
  if (parts.length === 0) throw new OptionError("concat", "parts", "must hold at least one matrix");
  const [{ rows }] = parts;
  for (const part of parts) {
    checkMatrix("concat", part);
    if (part.rows !== rows) throw new ShapeError("concat", [rows, part.columns], part.shape);
  }
  const begins: number[] = [];
  let columns = 0;
  for (const part of parts) {
    begins.push(columns);
    columns += part.columns;
  }
  const y = Tensor.empty([rows, columns], {
    parents: parts,
    backward(dy, give) {
      parts.forEach((part, n) => {
        if (!part.requiresGradient) return;
        const dx = Tensor.empty(part.shape);
        const { columns: width } = part;
        kernels().copyColumns(dx.data, width, 0, dy.data, columns, begins[n], width);
        give.dense(part, dx, true);
      });
    },
  });
  parts.forEach(({ data, columns: width }, n) => {
    kernels().copyColumns(y.data, columns, begins[n], data, width, 0, width);
  });
  return y;
}
