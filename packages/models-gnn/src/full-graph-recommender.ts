import { normal, Rng, requireMemory, SparseMatrix, Tensor } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, degrees, normalize, withSelfLoops } from "@kith/graph";
import type { Epoch, TrainOptions } from "@kith/recommender";
import { edgeWeights, targetsOf } from "./interaction-types.ts";
import { type Layered, LayeredEncoder } from "./layered-encoder.ts";
import { LayeredRecommender } from "./layered-recommender.ts";
import { glorot } from "./layers/weights.ts";
import { type ChosenFeatures, fitEncoders, ofAllNodes } from "./node-features.ts";
import type { PropagationOptions } from "./ranking-options.ts";
import { trainRanking } from "./train-ranking.ts";

/** What batches and tiles of scores take on top of what grows with the data. */
const ARENA_SLACK = 2 ** 27;
/** Tensors of all nodes that a layer makes and keeps until its gradient is known, with those gradients. */
const TENSORS_OF_A_LAYER = 16;

/** The layered recommenders that learn an embedding of each node, and propagate over the whole graph in each step. */
export abstract class FullGraphRecommender extends LayeredRecommender implements Layered {
  abstract override readonly options: Readonly<Required<PropagationOptions>>;
  /** Whether the L2 penalty is on nodes' own embeddings or on what `combine` gives. */
  abstract readonly penalises: "own" | "combined";

  /** The share of edges that training leaves out of each step. */
  get edgeDropout(): number {
    return 0;
  }

  /** Which features of users and items are read beside their own embeddings. */
  protected get nodeFeatures(): ChosenFeatures {
    return "none";
  }

  protected get depth(): number {
    return this.options.layers;
  }

  /** Fills the embeddings of all nodes before training. */
  protected initializeNodes(e0: Tensor, _users: number, rng: Rng): void {
    normal(e0, rng, 0.1);
  }

  /** Fills a weight of a layer, which is zero, before training. */
  initialize(name: string, weight: Tensor, rng: Rng): void {
    glorot(name, weight, rng);
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const { dim, layers, seed, typeWeights } = this.options;
    const targets = targetsOf(this.name, data, this.options.targetTypes);
    this.learnVocabularies(data, targets);
    this.dispose(); // what was learned before is of other users and items
    const users = data.users.size;
    const nodes = users + data.items.size;
    requireMemory(
      `${this.name}: embeddings of ${nodes.toLocaleString("en-US")} users and items × ${dim}, what ${layers} layers make of them, and the state of Adam`,
      (TENSORS_OF_A_LAYER * layers + 10) * nodes * dim * 4 + data.length * 60 + ARENA_SLACK,
    );
    const rng = new Rng(seed);
    const edges = bipartite(data, edgeWeights(typeWeights));
    const encoders = fitEncoders(this.name, data, this.nodeFeatures);
    const features = ofAllNodes(this.name, encoders, data);
    const degreesOfItems = degrees(edges).subarray(users);
    const start = () => {
      const { selfLoops, normalization } = this.propagation;
      const adjacency = selfLoops ? withSelfLoops(edges) : edges;
      const graph = new SparseMatrix(normalize(adjacency, normalization), {
        symmetric: normalization !== "row",
      });
      const e0 = Tensor.parameter([nodes, dim]);
      this.initializeNodes(e0, users, rng.fork("init"));
      return new LayeredEncoder(this, e0, graph, layers, rng.fork("layers"), features);
    };
    const finish = (encoder: LayeredEncoder) => this.answerFrom(encoder, users, degreesOfItems);
    yield* trainRanking(this, data, rng, { start, finish, targets }, options);
  }
}
