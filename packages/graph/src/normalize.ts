import { type Csr, OptionError, ShapeError } from "@kith/core-tensors";

/** How the weights of edges are scaled by the degrees of their ends. */
export type Normalization = "symmetric" | "row" | "none";

/**
 * The adjacency A scaled by the weighted degrees d (sums of a row's values): "symmetric" is D^-½ A D^-½ (a square matrix; LightGCN, GCN),
 * "row" is D⁻¹ A (each row sums to 1: transition probabilities), "none" is A itself. Rows of degree 0 stay 0. No self loops are added.
 * @throws ShapeError when "symmetric" is asked of a matrix that is not square
 * @throws OptionError for an unknown kind or a negative degree
 */
export function normalize(adjacency: Csr, kind: Normalization): Csr {
  const { rows, columns, offsets, indices, values } = adjacency;
  if (kind === "none") return adjacency;
  if (kind !== "symmetric" && kind !== "row")
    throw new OptionError(
      "normalize",
      "kind",
      `must be "symmetric", "row" or "none", got ${JSON.stringify(kind)}`,
    );
  if (kind === "symmetric" && rows !== columns)
    throw new ShapeError("normalize", "a square matrix for the symmetric kind", [rows, columns]);
  const degree = degrees(adjacency);
  const scaled = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    if (degree[row] < 0)
      throw new OptionError(
        "normalize",
        "adjacency",
        `must have degrees of at least 0, got ${degree[row]} in row ${row}`,
      );
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      const by =
        kind === "row" ? degree[row] : Math.sqrt(degree[row]) * Math.sqrt(degree[indices[k]]);
      scaled[k] = by === 0 ? 0 : values[k] / by;
    }
  }
  return { rows, columns, offsets, indices, values: scaled };
}

/** The weighted degree of each row: the sum of its values. Shape [rows]. */
export function degrees({ rows, offsets, values }: Csr): Float64Array {
  const degree = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) degree[row] += values[k];
  return degree;
}
