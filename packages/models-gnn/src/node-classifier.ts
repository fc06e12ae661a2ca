import {
  Adam,
  add,
  addAll,
  between,
  type Csr,
  fraction,
  gather,
  NotFittedError,
  OptionError,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  resolveOptions,
  SparseMatrix,
  scale,
  scope,
  softmax,
  softmaxCrossEntropy,
  sumOfSquares,
  type Tensor,
  trimArena,
  uniform,
  wholeNumber,
  xavierUniform,
} from "@kith/core-tensors";
import { breathe } from "@kith/recommender";
import { drawnWeights, type Weights } from "./layers/weights.ts";
import { type Architecture, architectures, type Sizes } from "./node-architectures.ts";

export interface NodeClassifierOptions {
  /** The kind of layers. Default "gcn". */
  model?: "gcn" | "gat" | "graphsage";
  /** Width of the hidden layer, all heads together. Default 16; 64 for "gat", 128 for "graphsage". */
  hidden?: number;
  /** Heads of the hidden layer of "gat"; they divide `hidden`. Default 8. */
  heads?: number;
  /** Share of each layer's inputs, and of attention coefficients, that are dropped in training. Default 0.5; 0.6 for "gat", 0.7 for "graphsage". */
  dropout?: number;
  /** Step size of Adam. Default 0.01; 0.005 for "gat". */
  learningRate?: number;
  /** Weight λ of the L2 penalty λ/2 ‖W‖²: of the first layer of "gcn", of all weights of the others. Default 0.0005. */
  weightDecay?: number;
  /** Steps over the whole graph at most. Default 1000. */
  epochs?: number;
  /** Stop when for so many epochs neither accuracy nor loss on the validation nodes was the best so far. Default 100. */
  patience?: number;
  /** Same seed, data and kernels: same result, to the bit. Default 42. */
  seed?: number;
}

/** A graph some of whose nodes have a known class. */
export interface NodeData {
  /** Symmetric adjacency [nodes, nodes], without loops. */
  readonly graph: Csr;
  /** [nodes, features] */
  readonly features: Csr;
  /** The class of each node; of those not to learn from anything. */
  readonly labels: Uint32Array;
  /** The nodes whose classes are learned from. */
  readonly train: Uint32Array;
  /** The nodes that decide when to stop, and which epoch is kept. */
  readonly validation: Uint32Array;
}

/** What is reported after each epoch. */
export interface ClassifierEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number;
  /** Share of the validation nodes whose class is found. */
  readonly validationAccuracy: number;
}

const PRESETS = {
  gcn: {},
  gat: { hidden: 64, dropout: 0.6, learningRate: 0.005 },
  graphsage: { hidden: 128, dropout: 0.7 },
} as const;

/**
 * Classes of the nodes of a graph, from the classes of some (Kipf & Welling, ICLR 2017; Veličković et al., ICLR 2018; Hamilton et al., NeurIPS 2017): two layers
 * of the kind that the recommenders have, so that these can be held against published accuracies.
 */
export class NodeClassifier {
  /** What each option must be, and its default. */
  static readonly rules: Rules<NodeClassifierOptions> = {
    model: oneOf(["gcn", "gat", "graphsage"], "gcn"),
    hidden: positiveInteger(16, 4096),
    heads: positiveInteger(8, 64),
    dropout: fraction(0.5),
    learningRate: positive(0.01),
    weightDecay: between(5e-4, 0, 1e6),
    epochs: positiveInteger(1000),
    patience: positiveInteger(100),
    seed: wholeNumber(42),
  };
  readonly options: Readonly<Required<NodeClassifierOptions>>;
  #probabilities: Float32Array | undefined;
  #classes = 0;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: NodeClassifierOptions = {}) {
    const preset = PRESETS[options.model ?? "gcn"] ?? {};
    this.options = resolveOptions(
      "NodeClassifier",
      { ...preset, ...options },
      NodeClassifier.rules,
    );
    const { model, hidden, heads } = this.options;
    const share = model === "gat" ? heads : model === "graphsage" ? 2 : 1;
    if (hidden % share !== 0)
      throw new OptionError(
        "NodeClassifier",
        "hidden",
        `must be a multiple of ${share}, got ${hidden}`,
      );
  }

  /** Drains `train`. */
  async fit(data: NodeData, { signal }: { readonly signal?: AbortSignal } = {}): Promise<this> {
    for await (const _ of this.train(data)) signal?.throwIfAborted();
    return this;
  }

  /**
   * Trains, yielding after every epoch; what is kept in the end is the best epoch by accuracy on the validation nodes, then by loss.
   * @throws OptionError for data that do not fit together
   */
  async *train(data: NodeData): AsyncGenerator<ClassifierEpoch, void, void> {
    const { model, hidden, heads, epochs, patience, learningRate, seed } = this.options;
    const classes = checkNodeData(data);
    const architecture: Architecture = architectures[model];
    const sizes = { inputs: data.features.columns, hidden, heads, classes };
    const { csr, symmetric } = architecture.graph(data.graph);
    const graph = new SparseMatrix(csr, { symmetric });
    const features = new SparseMatrix(data.features);
    const rng = new Rng(seed);
    const layers = initialWeights(architecture, sizes, rng.fork("init"));
    const adam = new Adam(layers.flatMap(Object.values), { learningRate });
    const [trainClasses, validationClasses] = [data.train, data.validation].map((nodes) =>
      nodes.map((node) => data.labels[node]),
    );
    const logits = (noise?: Rng): Tensor => {
      const rate = this.options.dropout;
      const [first, second] = [0, 1].map((n) => noise && { rate, rng: noise.fork(n) });
      const h = architecture.hidden({ graph }, features, layers[0], sizes, first);
      return architecture.logits({ graph }, h, layers[1], second);
    };
    let best = { accuracy: -1, loss: Number.POSITIVE_INFINITY };
    let [highest, lowest, since] = [-1, Number.POSITIVE_INFINITY, 0];
    try {
      for (let epoch = 1; epoch <= epochs && since < patience; epoch++) {
        const loss = adam.minimize(() =>
          add(
            softmaxCrossEntropy(
              gather(logits(rng.fork("dropout").fork(epoch)), data.train),
              trainClasses,
            ),
            this.#penalty(architecture, layers),
          ),
        );
        const { found, validationLoss } = scope(() => {
          const all = logits();
          const ofValidation = gather(all, data.validation);
          return {
            found: softmax(all).data.slice(),
            validationLoss: softmaxCrossEntropy(ofValidation, validationClasses).item(),
          };
        });
        const accuracy = accuracyOf(found, classes, data.validation, data.labels);
        if (
          accuracy > best.accuracy ||
          (accuracy === best.accuracy && validationLoss < best.loss)
        ) {
          best = { accuracy, loss: validationLoss };
          [this.#probabilities, this.#classes] = [found, classes];
        }
        since = accuracy >= highest || validationLoss <= lowest ? 0 : since + 1;
        highest = Math.max(highest, accuracy);
        lowest = Math.min(lowest, validationLoss);
        yield { epoch, loss, validationLoss, validationAccuracy: accuracy };
        await breathe();
      }
    } finally {
      for (const owner of [graph, features, adam, ...layers.flatMap(Object.values)])
        owner.dispose();
      trimArena();
    }
  }

  /** The probability of each class for each node, [nodes, classes]. */
  probabilities(): Float32Array {
    if (!this.#probabilities) throw new NotFittedError("NodeClassifier");
    return this.#probabilities;
  }

  /** The share of some nodes whose most probable class is theirs. */
  accuracy(nodes: Uint32Array, labels: Uint32Array): number {
    return accuracyOf(this.probabilities(), this.#classes, nodes, labels);
  }

  #penalty(architecture: Architecture, layers: readonly Weights[]): Tensor {
    const squares = layers.flatMap((weights, n) =>
      Object.entries(weights)
        .filter(([name]) => architecture.decays(n, name))
        .map(([, weight]) => sumOfSquares(weight)),
    );
    return scale(addAll(squares), this.options.weightDecay / 2);
  }
}

function initialWeights(architecture: Architecture, sizes: Sizes, rng: Rng): Weights[] {
  return architecture.shapes(sizes).map((shapes, n) =>
    drawnWeights(shapes, rng.fork(n), (name, weight, drawn) => {
      if (weight.shape.length === 2) xavierUniform(weight, drawn);
      else if (!name.toLowerCase().includes("bias")) {
        const heads = n === 0 ? sizes.heads : 1;
        const bound = Math.sqrt(6 / (weight.size / heads + 1));
        uniform(weight, drawn, -bound, bound);
      }
    }),
  );
}

/** How many classes there are. */
function checkNodeData({ graph, features, labels, train, validation }: NodeData): number {
  const owner = "NodeClassifier.train";
  if (features.rows !== graph.rows || labels.length !== graph.rows)
    throw new OptionError(
      owner,
      "data",
      `must have features and a label for each of ${graph.rows} nodes, got ${features.rows} and ${labels.length}`,
    );
  for (const [name, nodes] of Object.entries({ train, validation })) {
    if (nodes.length === 0) throw new OptionError(owner, name, "must name at least one node");
    const beyond = nodes.find((node) => node >= graph.rows);
    if (beyond !== undefined)
      throw new OptionError(owner, name, `must name nodes below ${graph.rows}, got ${beyond}`);
  }
  return [train, validation].reduce(
    (classes, nodes) => nodes.reduce((most, node) => Math.max(most, labels[node] + 1), classes),
    0,
  );
}

function accuracyOf(
  probabilities: Float32Array,
  classes: number,
  nodes: Uint32Array,
  labels: Uint32Array,
): number {
  let right = 0;
  for (const node of nodes) {
    const row = probabilities.subarray(node * classes, (node + 1) * classes);
    right += Number(row.indexOf(Math.max(...row)) === labels[node]);
  }
  return right / nodes.length;
}
