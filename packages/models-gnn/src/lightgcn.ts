import {
  Adam,
  add,
  addAll,
  between,
  bprLoss,
  dotSoftmaxCrossEntropy,
  gather,
  normal,
  normalizeRows,
  oneOf,
  positive,
  positiveInteger,
  propagate,
  propagateRows,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  rowDot,
  SparseMatrix,
  scale,
  sumOfSquares,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, normalize } from "@kith/graph";
import {
  EmbeddingRecommender,
  type Embeddings,
  type Epoch,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { DistinctIds } from "@kith/sampling";
import { type Batch, SharedNegatives, TripleBatches } from "./batches.ts";

/** What batches, tiles of scores and the rounding of the arena take on top of what grows with the data. */
const ARENA_SLACK = 2 ** 26;

export interface LightGCNOptions {
  /** Length of each embedding. Default 64. */
  dim?: number;
  /** Propagation steps K; 0 is matrix factorisation. Default 3. */
  layers?: number;
  /** "bpr" is the paper's loss; "softmax" is ours, which needs far fewer epochs. Default "bpr". */
  loss?: "bpr" | "softmax";
  /** Passes over the interactions. Default 1000, as in the paper; with "softmax" 5 to 20 are enough. */
  epochs?: number;
  /** Draws per step. Default 2048. */
  batchSize?: number;
  /** Step size of Adam. Default 0.001. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the batch's layer-0 embeddings. Default 0.0001. */
  regularization?: number;
  /** "softmax" only: cosines are divided by it. Default 0.1. */
  temperature?: number;
  /** "softmax" only: items drawn as negatives in each step; 0, or as many as there are, takes all items. Default 0. */
  negatives?: number;
  /**
   * "softmax" only: items rank by eᵤ · eᵢ / ‖eᵢ‖^β with this β: 1 is the cosine of the loss, 0 the dot product, which favours popular
   * items. Default 1; with a sample of negatives, which pushes popular items down, less is better.
   */
  lengthNormalization?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/**
 * LightGCN (He et al., SIGIR 2020, https://arxiv.org/abs/2002.02126): embeddings of users and items, smoothed over their graph
 * with no weights and no activation.
 *
 *   E⁽ᵏ⁺¹⁾ = Ã E⁽ᵏ⁾,  Ã = D^-½ A D^-½ without self loops      E = 1/(K+1) Σₖ E⁽ᵏ⁾      score(u, i) = eᵤ · eᵢ
 *
 * The loss is BPR on E with an L2 penalty on E⁽⁰⁾ of the batch (equation 15), or the softmax over items of cos(eᵤ, eᵢ) / temperature;
 * there the keys of a batch are its liked items and the negatives that all its rows share, without a correction for how often each is drawn.
 */
export class LightGCN extends EmbeddingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<LightGCNOptions> = {
    dim: positiveInteger(64, 4096),
    layers: wholeNumber(3, 0, 16),
    loss: oneOf(["bpr", "softmax"], "bpr"),
    epochs: positiveInteger(1000),
    batchSize: positiveInteger(2048),
    learningRate: positive(1e-3),
    regularization: between(1e-4, 0, 1e6),
    temperature: between(0.1, 1e-3, 1e3),
    negatives: wholeNumber(0),
    lengthNormalization: between(1, 0, 4),
    seed: wholeNumber(42),
  };
  readonly name = "LightGCN";
  readonly options: Readonly<Required<LightGCNOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: LightGCNOptions = {}) {
    super();
    this.options = resolveOptions("LightGCN", options, LightGCN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): LightGCN {
    return LightGCN.restore("LightGCN", file, (options) => new LightGCN(options));
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const { dim, layers, epochs, learningRate, seed, loss } = this.options;
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other users and items
    const nodes = data.users.size + data.items.size;
    requireMemory(
      `LightGCN: embeddings of ${nodes.toLocaleString("en-US")} users and items × ${dim}, their gradients and the state of Adam`,
      (2 * layers + 10) * nodes * dim * 4 + data.length * 28 + ARENA_SLACK,
    );
    const rng = new Rng(seed);
    const batches = new (loss === "bpr" ? TripleBatches : SharedNegatives)(
      data,
      this.options,
      rng.fork("batches"),
    ); // first, as it may refuse the data
    const adjacency = new SparseMatrix(normalize(bipartite(data), "symmetric"), {
      symmetric: true,
    });
    const e0 = normal(Tensor.parameter([nodes, dim]), rng.fork("init"), 0.1);
    const adam = new Adam([e0], { learningRate });
    const distinct = new DistinctIds(nodes);
    try {
      yield* trainingLoop<Batch>(
        this,
        {
          epochs,
          parameters: { e0 },
          optimizer: adam,
          steps: batches.count,
          batches: (epoch) => batches.of(epoch),
          step: (batch) => adam.minimize(() => this.#loss(e0, adjacency, batch, distinct)),
          finish: () => this.#finish(e0, adjacency, data),
          dataHash: () => data.hash(),
        },
        options,
      );
    } finally {
      for (const owner of [batches, adjacency, e0, adam]) owner.dispose();
    }
  }

  /** E at some nodes, each listed once: the last step of propagation is computed for them alone. */
  #embed(e0: Tensor, adjacency: SparseMatrix, nodes: Uint32Array): Tensor {
    const { layers } = this.options;
    const parts = [gather(e0, nodes)];
    let e = e0;
    for (let k = 1; k < layers; k++) {
      e = propagate(adjacency, e);
      parts.push(gather(e, nodes));
    }
    if (layers > 0) parts.push(propagateRows(adjacency, e, nodes));
    return scale(addAll(parts), 1 / (layers + 1));
  }

  #loss(
    e0: Tensor,
    adjacency: SparseMatrix,
    { users, liked, others }: Batch,
    distinct: DistinctIds,
  ): Tensor {
    const { loss, regularization, temperature } = this.options;
    const nodes = distinct.of([users, liked, others]);
    const e = this.#embed(e0, adjacency, nodes.ids);
    const [u, i, j] = nodes.positions;
    let ranking: Tensor;
    if (loss === "bpr") {
      const eu = gather(e, u);
      ranking = bprLoss(rowDot(eu, gather(e, i)), rowDot(eu, gather(e, j)));
    } else {
      const keys = distinct.of([i, j]); // each item once, liked or not; a row's target is where its liked item stands
      const [cosineQueries, cosineKeys] = [gather(e, u), gather(e, keys.ids)].map(normalizeRows);
      ranking = dotSoftmaxCrossEntropy(cosineQueries, cosineKeys, keys.positions[0], {
        temperature,
      });
    }
    if (regularization === 0) return ranking;
    const ego = (loss === "bpr" ? [users, liked, others] : [users, liked]).map((ids) =>
      sumOfSquares(gather(e0, ids)),
    );
    return add(ranking, scale(addAll(ego), regularization / 2 / users.length));
  }

  /** The tables to answer from: E of all nodes, and for newcomers what each item adds to a user, 1/(K+1) Σ_{k<K} e⁽ᵏ⁾ / √degree (of K = 0 that of K = 1, up to scale). */
  #finish(e0: Tensor, adjacency: SparseMatrix, data: Interactions): void {
    const { layers, dim, loss, lengthNormalization } = this.options;
    const users = data.users.size;
    this.updateEmbeddings(users, data.items.size, dim, (tables: Embeddings) => {
      let e = e0;
      let sum = e0;
      let below = e0; // the sum without the last layer
      for (let k = 1; k <= layers; k++) {
        e = propagate(adjacency, e);
        below = sum;
        sum = add(sum, e);
      }
      const mean = scale(sum, 1 / (layers + 1));
      tables.users.data.set(mean.slice(0, users).data);
      const items = mean.slice(users, mean.rows);
      tables.items.data.set(items.data);
      if (loss === "softmax") divideByLength(tables.items, lengthNormalization);
      const shares = below.slice(users, below.rows).data;
      const { offsets } = adjacency;
      for (let i = 0, at = 0; at < shares.length; i++) {
        const degree = Math.max(1, offsets[users + i + 1] - offsets[users + i]);
        for (let j = 0; j < dim; j++, at++)
          tables.shares.data[at] = shares[at] / Math.sqrt(degree) / (layers + 1);
      }
    });
  }
}

/** x[r] / ‖x[r]‖^power, in place; zero rows stay. */
function divideByLength(x: Tensor, power: number): void {
  const { data, columns } = x;
  for (let begin = 0; begin < data.length; begin += columns) {
    const row = data.subarray(begin, begin + columns);
    const factor = row.reduce((sum, value) => sum + value * value, 0) ** (-power / 2);
    if (Number.isFinite(factor)) for (let j = 0; j < columns; j++) row[j] *= factor;
  }
}
