import { type Csr, ShapeError } from "@kith/core-tensors";

/** The parts of a graph between which there is no edge. */
export interface Components {
  readonly count: number;
  /** Each node's component, numbered from 0 in the order of their lowest nodes. */
  readonly labels: Uint32Array;
  /** Nodes of each component. */
  readonly sizes: Uint32Array;
}

/**
 * The connected components; edges connect whatever their direction and weight. Union by lower node with path halving (Tarjan and van Leeuwen,
 * JACM 1984): time close to linear, no recursion.
 * @throws ShapeError for a matrix that is not square
 */
export function components({ rows, columns, offsets, indices }: Csr): Components {
  if (rows !== columns) throw new ShapeError("components", "a square matrix", [rows, columns]);
  const parents = Uint32Array.from({ length: rows }, (_, node) => node);
  for (let node = 0; node < rows; node++)
    for (let k = offsets[node]; k < offsets[node + 1]; k++) {
      const a = rootOf(parents, node);
      const b = rootOf(parents, indices[k]);
      if (a < b) parents[b] = a;
      else parents[a] = b;
    }
  const labels = new Uint32Array(rows);
  const sizes = new Uint32Array(rows);
  let count = 0;
  for (let node = 0; node < rows; node++) {
    const root = rootOf(parents, node); // the lowest node, so it has its label already
    labels[node] = root === node ? count++ : labels[root];
    sizes[labels[node]]++;
  }
  return { count, labels, sizes: sizes.slice(0, count) };
}

function rootOf(parents: Uint32Array, node: number): number {
  let root = node;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]];
    root = parents[root];
  }
  return root;
}
