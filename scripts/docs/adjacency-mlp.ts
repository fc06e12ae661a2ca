// docs/reproductions/adjacency-mlp.md and its picture, from internal/bench/results/adjacency-mlp.json and the source of the bench.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svgFigure } from "../../apps/cli/src/plots/svg.ts";
import type { Accuracy, Cost } from "../../internal/bench/src/benches/adjacency-mlp.ts";
import { says, table, whole } from "./page-parts.ts";

interface Result {
  readonly metrics: {
    readonly seeds: number;
    readonly hidden: number;
    readonly epochs: number;
    readonly accuracy: Readonly<Record<string, Accuracy>>;
    readonly cost: readonly Cost[];
  };
  readonly environment: { readonly cores: number; readonly cpu: string };
}

const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/reproductions");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { metrics: m, environment } = JSON.parse(
  read("internal/bench/results/adjacency-mlp.json"),
) as Result;

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const of = (name: string) => mean(m.accuracy[name].trained);
const moved = (name: string) => mean(m.accuracy[name].reordered);
const spread = (values: readonly number[]) =>
  `${mean(values).toFixed(3)} (${Math.min(...values).toFixed(3)} … ${Math.max(...values).toFixed(3)})`;
const [adjacency, both, alone] = [
  "MLP on the adjacency row",
  "MLP on both",
  "MLP on features alone",
];
const [small, large] = [m.cost[0], m.cost[m.cost.length - 1]];
const growth = (key: "mlp" | "gcn") => large[key] / small[key];
const times = large.nodes / small.nodes;
const mebibytes = (bytes: number) =>
  bytes < 2 ** 20 ? (bytes / 2 ** 20).toFixed(2) : whole(bytes / 2 ** 20);
const source = read("internal/bench/src/adjacency-mlp.ts");
const code = source.slice(
  source.indexOf("/** A perceptron"),
  source.indexOf("  /** One step of Adam"),
);

mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, "adjacency-mlp.svg"),
  svgFigure({
    title: "An epoch by the number of nodes",
    panels: [
      {
        x: { label: "nodes" },
        y: { label: "milliseconds" },
        series: [
          {
            name: "MLP on the adjacency row",
            points: m.cost.map(({ nodes, mlp }) => [nodes, mlp]),
          },
          { name: "GCN", points: m.cost.map(({ nodes, gcn }) => [nodes, gcn]) },
        ],
      },
    ],
  }),
);
writeFileSync(
  join(folder, "adjacency-mlp.md"),
  `# The naive way: a row of the adjacency matrix into a perceptron

Before there were graph networks one could have written the graph as a matrix and given each node's row of it, with what is known of the node beside it, to a multilayer perceptron. The article on graph networks that
we follow names two limits: the cost grows with the number of nodes, and in another order of the nodes a row means something else. This page measures both. \`npm run bench -- adjacency-mlp --seeds ${m.seeds}\` makes its figures, on
${environment.cores} cores (${environment.cpu}).

## The model

One hidden layer of ${m.hidden}, dropout one half, Adam, ${m.epochs} epochs. With a graph the same weights make a graph convolutional network: the only difference is \`over\`, which averages over neighbours.

\`\`\`ts
${code.trimEnd()}
  …
}
\`\`\`

## Does it learn?

Cora: papers that cite each other, their words, seven subjects, of which 140 papers' are known. Mean of ${m.seeds} seeds, least and most.

${table(
  ["what is read", "accuracy", "parameters"],
  Object.entries(m.accuracy).map(([name, { trained, numbers }]) => [
    name,
    spread(trained),
    whole(numbers),
  ]),
)}

${says(of(adjacency) > 0.3 && of(both) > of(alone), `It does: which papers a paper cites tells its subject nearly as well as its words do, and both together do better (${of(both).toFixed(3)}).`)} ${says(of("GCN") > of(both) + 0.05, `But the GCN, with fewer parameters, is far ahead (${of("GCN").toFixed(3)}): to a perceptron two papers are alike if they cite the same papers, to a GCN if they cite papers that are alike.`)}

## In another order

The same trained models, on the same graph, whose nodes are numbered anew: rows and columns of the matrix change places, nothing else.

${table(
  ["what is read", "accuracy as trained", "in another order"],
  Object.keys(m.accuracy).map((name) => [name, of(name).toFixed(3), moved(name).toFixed(3)]),
)}

${says(moved(adjacency) < of(adjacency) / 2 && Math.abs(moved("GCN") - of("GCN")) < 0.002, "The perceptron has learned column numbers: in another order it does little better than guessing among seven subjects. The GCN has learned nothing about numbers, and its answers stay the same.")} The
same holds for what comes later: the perceptron has as many inputs as there were nodes, so a new node has no column, and the whole has to be trained again. A GCN with features embeds it
([GraphSAGE](../../packages/models-gnn) is made for that).

## What it costs

Synthetic graphs with planted classes and ten neighbours a node; medians of interleaved runs.

![Milliseconds an epoch by the number of nodes](adjacency-mlp.svg)

${table(
  [
    "nodes",
    "MLP: ms / epoch",
    "GCN: ms / epoch",
    "MLP: parameters",
    "GCN: parameters",
    "matrix, MiB",
    "sparse, MiB",
  ],
  m.cost.map((row) => [
    whole(row.nodes),
    row.mlp.toFixed(1),
    row.gcn.toFixed(1),
    whole(row.mlpParameters),
    whole(row.gcnParameters),
    mebibytes(row.denseBytes),
    mebibytes(row.sparseBytes),
  ]),
)}

${says(growth("mlp") > 3 * growth("gcn"), `${whole(times)} times the nodes cost the perceptron ${whole(growth("mlp"))} times the time and the matrix ${whole(times ** 2)} times the memory; the GCN ${whole(growth("gcn"))} times the time.`)} At a million nodes the matrix alone would be 3.6 TiB.
`,
);
