import { type Csr, ShapeError } from "@kith/core-tensors";

/**
 * A + weight · I: each node gets an edge to itself, and one that has such an edge already keeps it, that much heavier. Rows stay ascending. Linear time.
 * @throws ShapeError when the matrix is not square
 */
export function withSelfLoops(adjacency: Csr, weight = 1): Csr {
  const { rows, columns, offsets, indices, values } = adjacency;
  if (rows !== columns)
    throw new ShapeError("withSelfLoops", "a square matrix, for edges from nodes to themselves", [
      rows,
      columns,
    ]);
  const ends = new Uint32Array(rows + 1);
  const allIndices = new Uint32Array(indices.length + rows);
  const allValues = new Float32Array(indices.length + rows);
  let at = 0;
  for (let node = 0; node < rows; node++) {
    let k = offsets[node];
    const end = offsets[node + 1];
    for (; k < end && indices[k] < node; k++, at++) {
      allIndices[at] = indices[k];
      allValues[at] = values[k];
    }
    allIndices[at] = node;
    allValues[at] = weight;
    if (k < end && indices[k] === node) allValues[at] += values[k++];
    at++;
    for (; k < end; k++, at++) {
      allIndices[at] = indices[k];
      allValues[at] = values[k];
    }
    ends[node + 1] = at;
  }
  return {
    rows,
    columns,
    offsets: ends,
    indices: allIndices.slice(0, at),
    values: allValues.slice(0, at),
  };
}
