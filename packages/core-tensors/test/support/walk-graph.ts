import type { WalkGraph } from "../../src/kernels/kernels.ts";
import { aliasTable } from "./alias-table.ts";
import type { Inputs } from "./work.ts";

/** For each node its neighbours, ascending, with the weights of the edges to them. */
export type Neighbours = readonly (readonly (readonly [to: number, weight: number])[])[];

/** The graph as the kernel takes it; without weights all edges count alike. */
export function walkGraph(inputs: Inputs, nodes: Neighbours, weighted: boolean): WalkGraph {
  const offsets = [0];
  for (const row of nodes) offsets.push(offsets[offsets.length - 1] + row.length);
  const neighbours = nodes.flatMap((row) => row.map(([to]) => to));
  if (!weighted)
    return { offsets: inputs.copy(offsets), entries: inputs.copy(neighbours), weighted };
  const entries = nodes.flatMap((row) => {
    const { thresholds, aliases } = aliasTable(row.map(([, weight]) => weight));
    return row.flatMap(([to, weight], n) => [to, thresholds[n], row[aliases[n]][0], bits(weight)]);
  });
  return { offsets: inputs.copy(offsets), entries: inputs.copy(entries), weighted };
}

/** The probability of each step from `at` by the definition of node2vec: by weight alone for the first step, which has nothing before it. */
export function stepShares(
  nodes: Neighbours,
  { before, at, p, q }: { before: number | undefined; at: number; p: number; q: number },
): Map<number, number> {
  const linked = (from: number, to: number) => nodes[from].some(([other]) => other === to);
  const bias = (to: number) =>
    before === undefined ? 1 : to === before ? 1 / p : linked(to, before) ? 1 : 1 / q;
  const shares = nodes[at].map(([to, weight]) => [to, weight * bias(to)] as const);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  return new Map(shares.map(([to, share]) => [to, share / total]));
}

function bits(weight: number): number {
  return new Uint32Array(Float32Array.of(weight).buffer)[0];
}
