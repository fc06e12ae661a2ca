import {
  gather,
  normal,
  Rng,
  requireMemory,
  SparseMatrix,
  Tensor,
  xavierUniform,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, degrees, normalize, withSelfLoops } from "@kith/graph";
import {
  EmbeddingRecommender,
  type Embeddings,
  type Epoch,
  type TrainOptions,
} from "@kith/recommender";
import { DistinctIds } from "@kith/sampling";
import { type Layered, LayeredEncoder } from "./layered-encoder.ts";
import type { Neighbourhood, Weights } from "./layers/neighbourhood.ts";
import { newcomerGraph, type Propagation } from "./newcomer-graph.ts";
import { divideByLength } from "./ranking-loss.ts";
import type { RankingOptions } from "./ranking-options.ts";
import { trainRanking } from "./train-ranking.ts";

/** What batches and tiles of scores take on top of what grows with the data. */
const ARENA_SLACK = 2 ** 27;
/** Tensors of all nodes that a layer makes and keeps until its gradient is known, with those gradients. */
const TENSORS_OF_A_LAYER = 16;

/**
 * The graph recommenders whose layers have weights and activations. A newcomer is one more node of the graph, with edges to the items of their history
 * and the mean user's own embedding, seen by nobody else.
 */
export abstract class LayeredRecommender extends EmbeddingRecommender implements Layered {
  abstract override readonly options: Readonly<Required<RankingOptions>>;
  /** How the edges are weighed. */
  protected abstract readonly propagation: Propagation;

  /** The shapes of the weights of layer n, from 0. */
  abstract layerShapes(n: number): Readonly<Record<string, readonly number[]>>;
  /** Layer n: the targets' states from the sources' states x [sources, dim]; in training with noise from `rng`. */
  abstract layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor;
  /** The embedding from a node's states, its own first. */
  abstract combine(states: readonly Tensor[]): Tensor;
  /** Floats in what `combine` gives. */
  protected abstract readonly width: number;
  /** Whether the L2 penalty is on nodes' own embeddings or on what `combine` gives. */
  abstract readonly penalises: "own" | "combined";
  /** The share of edges that training leaves out of each step. */
  get edgeDropout(): number {
    return 0;
  }

  /** Fills a weight of a layer, which is zero, before training. */
  initialize(_name: string, weight: Tensor, rng: Rng): void {
    if (weight.shape.length === 2) xavierUniform(weight, rng);
  }

  /** Fills the embeddings of all nodes before training. */
  protected initializeNodes(e0: Tensor, _users: number, rng: Rng): void {
    normal(e0, rng, 0.1);
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const { dim, layers, seed } = this.options;
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other users and items
    const [users, items] = [data.users.size, data.items.size];
    const nodes = users + items;
    requireMemory(
      `${this.name}: embeddings of ${nodes.toLocaleString("en-US")} users and items × ${dim}, what ${layers} layers make of them, and the state of Adam`,
      (TENSORS_OF_A_LAYER * layers + 10) * nodes * dim * 4 + data.length * 60 + ARENA_SLACK,
    );
    const rng = new Rng(seed);
    const start = () => {
      const { selfLoops, normalization } = this.propagation;
      const edges = bipartite(data);
      const adjacency = selfLoops ? withSelfLoops(edges) : edges;
      const graph = new SparseMatrix(normalize(adjacency, normalization), {
        symmetric: normalization !== "row",
      });
      const e0 = Tensor.parameter([nodes, dim]);
      this.initializeNodes(e0, users, rng.fork("init"));
      return new LayeredEncoder(this, e0, graph, layers, rng.fork("layers"));
    };
    const degree = degrees(bipartite(data)).subarray(users);
    yield* trainRanking(
      this,
      data,
      rng,
      start,
      (encoder) =>
        this.updateEmbeddings(users, items, this.width, (tables) =>
          this.#answer(encoder, tables, degree),
        ),
      options,
    );
  }

  protected furtherTables(items: number): Readonly<Record<string, readonly number[]>> {
    const { dim, layers } = this.options;
    const shapes: Record<string, readonly number[]> = {
      "newcomer.own": [1, dim],
      "items.degree": [items],
    };
    for (let n = 0; n < layers; n++) {
      shapes[stateName(n)] = [items, dim];
      for (const [name, shape] of Object.entries(this.layerShapes(n)))
        shapes[weightName(n, name)] = shape;
    }
    return shapes;
  }

  protected embedNewcomers(
    histories: readonly Uint32Array[],
    { items, further }: Embeddings,
  ): Tensor {
    const { dim, layers } = this.options;
    const distinct = new DistinctIds(items.rows).of(histories);
    const graph = newcomerGraph(distinct, this.propagation, further["items.degree"].data);
    let states = Tensor.empty([histories.length, dim]);
    for (let r = 0; r < histories.length; r++)
      states.data.set(further["newcomer.own"].data, r * dim);
    const all = [states];
    for (let n = 0; n < layers; n++) {
      const x = stacked(states, gather(further[stateName(n)], distinct.ids));
      states = this.layer(n, { graph }, x, this.#weightsOf(n, further));
      all.push(states);
    }
    return this.combine(all);
  }

  #weightsOf(n: number, tables: Readonly<Record<string, Tensor>>): Weights {
    return Object.fromEntries(
      Object.keys(this.layerShapes(n)).map((name) => [name, tables[weightName(n, name)]]),
    );
  }

  /** The tables to answer from. */
  #answer(
    encoder: LayeredEncoder,
    { users, items, further }: Embeddings,
    degree: Float64Array,
  ): void {
    const states = encoder.states();
    const e = this.combine(states);
    users.data.set(e.slice(0, users.rows).data);
    items.data.set(e.slice(users.rows, e.rows).data);
    const { loss, lengthNormalization } = this.options;
    if (loss === "softmax") divideByLength(items, lengthNormalization);

    further["items.degree"].data.set(degree);
    meanRow(further["newcomer.own"], states[0].slice(0, users.rows));
    encoder.weights.forEach((weights, n) => {
      further[stateName(n)].data.set(states[n].slice(users.rows, e.rows).data);
      for (const [name, weight] of Object.entries(weights))
        further[weightName(n, name)].data.set(weight.data);
    });
  }
}

/** Names in model files and checkpoints. */
const stateName = (n: number) => `items.layer${n}`;
const weightName = (n: number, name: string) => `layers.${n}.${name}`;

/** The rows of both, a's first. */
function stacked(a: Tensor, b: Tensor): Tensor {
  const all = Tensor.empty([a.rows + b.rows, a.columns]);
  all.data.set(a.data);
  all.data.set(b.data, a.size);
  return all;
}

function meanRow(out: Tensor, x: Tensor): void {
  const sums = new Float64Array(x.columns);
  const { data, columns, rows } = x;
  for (let at = 0; at < data.length; at++) sums[at % columns] += data[at];
  out.data.set(sums.map((sum) => sum / rows));
}
