import {
  gather,
  propagate,
  propagateRows,
  type SparseMatrix,
  type Tensor,
} from "@kith/core-tensors";

/** Where a layer's messages come from: rows of the graph are targets, columns are sources, and the target of row r is source r itself. */
export interface Neighbourhood {
  readonly graph: SparseMatrix;
  /** The targets that are wanted, each listed once. Default: all rows. */
  readonly rows?: Uint32Array | undefined;
  /** For what reads neighbours in order. */
  readonly draws?: Draws | undefined;
}

/** Neighbours in an order. */
export interface Draws {
  /** Which sources those of each target are: [targets × fanOut]. */
  readonly places: Uint32Array;
  readonly fanOut: number;
}

/** Σⱼ A[i, j] x[j] for each target i: [targets, columns of x]. */
export function aggregate({ graph, rows }: Neighbourhood, x: Tensor): Tensor {
  return rows ? propagateRows(graph, x, rows) : propagate(graph, x);
}

/** The rows of x, one for each source, that are the targets' own. */
export function ownRows({ graph, rows }: Neighbourhood, x: Tensor): Tensor {
  if (rows) return gather(x, rows);
  if (graph.rows === x.rows) return x;
  return gather(
    x,
    Uint32Array.from({ length: graph.rows }, (_, r) => r),
  );
}

export function targetCount({ graph, rows }: Neighbourhood): number {
  return rows?.length ?? graph.rows;
}
