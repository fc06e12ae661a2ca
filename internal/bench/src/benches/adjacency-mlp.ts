import { type Csr, normal, Rng, SparseMatrix, Tensor, useBackend } from "@kith/core-tensors";
import { fromEdges, normalize, withSelfLoops } from "@kith/graph";
import { type Nodes, TwoLayers } from "../adjacency-mlp.ts";
import type { Bench } from "../bench.ts";
import { readCora } from "../cora.ts";
import { interleaved } from "../measure.ts";

const HIDDEN = 64;
const EPOCHS = 150;
/** Of the graphs whose cost is measured: mean degree, classes and numbers that are known of a node. */
const [DEGREE, CLASSES, FEATURES] = [10, 8, 64];

/** How well a model finds classes, a figure for each seed: as it was trained, and with the nodes in another order. */
export interface Accuracy {
  readonly trained: readonly number[];
  readonly reordered: readonly number[];
  /** How many it learns. */
  readonly numbers: number;
}

/** Milliseconds of an epoch on a graph with planted classes, and what each way holds in memory. */
export interface Cost {
  readonly nodes: number;
  readonly mlp: number;
  readonly gcn: number;
  readonly mlpParameters: number;
  readonly gcnParameters: number;
  readonly denseBytes: number;
  readonly sparseBytes: number;
}

/** Why the naive way, a node's row of the adjacency matrix into a perceptron, is not how graphs are learned from. */
export const adjacencyMlpBench: Bench = {
  name: "adjacency-mlp",
  about:
    "the adjacency row fed to an MLP, beside a GCN: accuracy on Cora (--seeds 5), nodes in another order, cost by --nodes 1000,2000,4000,8000,16000",
  async run({ data, flags, log }) {
    const cora = data && readCora(data);
    if (!cora) return { metrics: {}, skipped: "KITH_DATA names no folder that holds cora" };
    await useBackend({ threads: 2 });
    const seeds = Number(flags.seeds ?? 5);
    const sizes = (flags.nodes ?? "1000,2000,4000,8000,16000").split(",").map(Number);

    const { graph, features, labels, train } = cora.data;
    const order = new Rng(7).shuffle(Uint32Array.from({ length: graph.rows }, (_, n) => n));
    const known = train.map((node) => labels[node]);
    const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    const asked = { as: cora.test, moved: cora.test.map((node) => order[node]) };
    const movedLabels = moved(labels, order);
    const accuracy: Record<string, Accuracy> = {};
    for (const [name, of] of Object.entries(INPUTS)) {
      const [nodes, reordered] = [
        of(graph, features),
        of(permuted(graph, order, true), permuted(features, order, false)),
      ];
      const found = { trained: [] as number[], reordered: [] as number[], numbers: 0 };
      for (let seed = 1; seed <= seeds; seed++) {
        const rng = new Rng(seed);
        const model = new TwoLayers(nodes.x.columns, HIDDEN, classes, rng.fork("init"));
        for (let epoch = 1; epoch <= EPOCHS; epoch++)
          model.step(nodes, train, known, rng.fork("noise").fork(epoch));
        found.trained.push(model.accuracy(nodes, asked.as, labels));
        found.reordered.push(model.accuracy(reordered, asked.moved, movedLabels));
        found.numbers = model.parameters;
        model.dispose();
      }
      accuracy[name] = found;
      log(
        `${name}: ${mean(found.trained).toFixed(4)}, reordered ${mean(found.reordered).toFixed(4)}`,
      );
      for (const { x, graph: used } of [nodes, reordered]) {
        x.dispose();
        used?.dispose();
      }
    }

    const cost: Cost[] = [];
    for (const size of sizes) {
      const measured = await costOf(size);
      cost.push(measured);
      log(
        `${size} nodes: MLP ${measured.mlp.toFixed(1)} ms, GCN ${measured.gcn.toFixed(1)} ms an epoch`,
      );
    }
    return {
      metrics: { seeds, hidden: HIDDEN, epochs: EPOCHS, accuracy, cost },
      rows: Object.entries(accuracy).map(([name, { trained, reordered, numbers }]) => ({
        input: name,
        accuracy: mean(trained).toFixed(4),
        "the same model, nodes in another order": mean(reordered).toFixed(4),
        parameters: numbers,
      })),
    };
  },
};

/** What is read of nodes, by name. */
const INPUTS: Readonly<Record<string, (graph: Csr, features: Csr) => Nodes>> = {
  "MLP on features alone": (_, features) => ({ x: dense(features) }),
  "MLP on the adjacency row": (graph) => ({ x: dense(withSelfLoops(graph)) }),
  "MLP on both": (graph, features) => ({ x: dense(withSelfLoops(graph), features) }),
  GCN: (graph, features) => ({
    x: dense(features),
    graph: new SparseMatrix(normalize(withSelfLoops(graph), "symmetric"), { symmetric: true }),
  }),
};

async function costOf(nodes: number): Promise<Cost> {
  const rng = new Rng(nodes);
  const labels = Uint32Array.from({ length: nodes }, (_, n) => n % CLASSES);
  const edges = (nodes * DEGREE) / 2;
  const source = Uint32Array.from({ length: edges }, () => rng.below(nodes));
  // Four of five within the class.
  const target = source.map((node) => {
    const any = rng.below(nodes - CLASSES);
    return rng.next() < 0.8 ? any - (any % CLASSES) + (node % CLASSES) : any;
  });
  const graph = fromEdges({ source, target }, { nodes, duplicates: "first" });
  const features = normal(Tensor.zeros([nodes, FEATURES]), rng.fork("features"));
  const mlpNodes = { x: dense(withSelfLoops(graph)) };
  const gcnNodes = {
    x: features,
    graph: new SparseMatrix(normalize(withSelfLoops(graph), "symmetric"), { symmetric: true }),
  };
  const train = Uint32Array.from({ length: nodes / 10 }, (_, n) => 10 * n);
  const known = train.map((node) => labels[node]);
  const models = {
    mlp: new TwoLayers(nodes, HIDDEN, CLASSES, rng.fork("mlp")),
    gcn: new TwoLayers(FEATURES, HIDDEN, CLASSES, rng.fork("gcn")),
  };
  const times = await interleaved(
    [
      { name: "mlp", run: () => models.mlp.step(mlpNodes, train, known, rng.fork("noise")) },
      { name: "gcn", run: () => models.gcn.step(gcnNodes, train, known, rng.fork("noise")) },
    ],
    { rounds: 3, runs: 3, warmup: 1 },
  );
  const measured = {
    nodes,
    mlp: times.mlp.median,
    gcn: times.gcn.median,
    mlpParameters: models.mlp.parameters,
    gcnParameters: models.gcn.parameters,
    denseBytes: 4 * nodes * nodes,
    sparseBytes: 4 * (graph.offsets.length + 2 * graph.indices.length),
  };
  for (const owner of [models.mlp, models.gcn, mlpNodes.x, gcnNodes.x, gcnNodes.graph])
    owner.dispose();
  return measured;
}

/** Sparse matrices side by side as one dense one. */
function dense(...parts: readonly Csr[]): Tensor {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const all = Tensor.zeros([parts[0].rows, columns]);
  let first = 0;
  for (const { rows, columns: own, offsets, indices, values } of parts) {
    for (let r = 0; r < rows; r++)
      for (let k = offsets[r]; k < offsets[r + 1]; k++)
        all.data[r * columns + first + indices[k]] = values[k];
    first += own;
  }
  return all;
}

/** Row n becomes row order[n]; columns, too, where they are nodes. */
function permuted(csr: Csr, order: Uint32Array, hasNodesAsColumns: boolean): Csr {
  const { rows, columns, offsets, indices, values } = csr;
  const back = new Uint32Array(rows);
  order.forEach((place, node) => {
    back[place] = node;
  });
  const to = new Uint32Array(rows + 1);
  back.forEach((node, place) => {
    to[place + 1] = to[place] + offsets[node + 1] - offsets[node];
  });
  const out = { rows, columns, offsets: to, indices: indices.slice(), values: values.slice() };
  back.forEach((node, place) => {
    const row = Array.from({ length: offsets[node + 1] - offsets[node] }, (_, n) => {
      const k = offsets[node] + n;
      return { column: hasNodesAsColumns ? order[indices[k]] : indices[k], value: values[k] };
    }).sort((a, b) => a.column - b.column);
    row.forEach(({ column, value }, n) => {
      out.indices[to[place] + n] = column;
      out.values[to[place] + n] = value;
    });
  });
  return out;
}

function moved(labels: Uint32Array, order: Uint32Array): Uint32Array {
  const out = new Uint32Array(labels.length);
  order.forEach((place, node) => {
    out[place] = labels[node];
  });
  return out;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
