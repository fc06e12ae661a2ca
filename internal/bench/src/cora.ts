import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Csr } from "@kith/core-tensors";
import { fromEdges, normalize } from "@kith/graph";
import type { NodeData } from "@kith/models-gnn";

/** Cora with the split of Yang et al. (2016); undefined where it is not there. Features are scaled so that a node's sum to 1, as in the papers. */
export function readCora(folder: string): { data: NodeData; test: Uint32Array } | undefined {
  const table = (name: string): string[][] => {
    const text = gunzipSync(readFileSync(join(folder, "cora", `${name}.tsv.gz`))).toString();
    return text
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"));
  };
  if (!existsSync(join(folder, "cora", "nodes.tsv.gz"))) return undefined;
  const nodes = table("nodes");
  const edges = table("edges");
  const labels = Uint32Array.from(nodes, ([, label]) => Number(label));
  const of = (part: string) =>
    Uint32Array.from(
      nodes.filter(([, , split]) => split === part),
      ([node]) => Number(node),
    );
  const graph = fromEdges(
    {
      source: Uint32Array.from(edges, ([a]) => Number(a)),
      target: Uint32Array.from(edges, ([, b]) => Number(b)),
    },
    { nodes: nodes.length, duplicates: "first" },
  );
  const features = normalize(featureMatrix(table("features")), "row");
  return {
    data: { graph, features, labels, train: of("train"), validation: of("val") },
    test: of("test"),
  };
}

/** Rows of "index:value", which ascend. */
function featureMatrix(rows: readonly (readonly string[])[]): Csr {
  const pairs = rows.map(([, text]) =>
    text
      .split(" ")
      .filter(Boolean)
      .map((pair) => pair.split(":").map(Number)),
  );
  const offsets = new Uint32Array(rows.length + 1);
  pairs.forEach((row, r) => {
    offsets[r + 1] = offsets[r] + row.length;
  });
  const indices = Uint32Array.from(pairs.flat(), ([index]) => index);
  return {
    rows: rows.length,
    columns: indices.reduce((most, index) => Math.max(most, index + 1), 0),
    offsets,
    indices,
    values: Float32Array.from(pairs.flat(), ([, value]) => value),
  };
}
