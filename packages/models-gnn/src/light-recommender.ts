import { normal, Rng, requireMemory, SparseMatrix, Tensor } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, degrees, normalize } from "@kith/graph";
import { AdditiveRecommender, type Epoch, type TrainOptions } from "@kith/recommender";
import { edgeWeights, targetsOf } from "./interaction-types.ts";
import type { LightEncoder } from "./light-encoder.ts";
import { divideByLength } from "./ranking-loss.ts";
import type { PropagationOptions } from "./ranking-options.ts";
import { trainRanking } from "./train-ranking.ts";

/** What batches, tiles of scores and the rounding of the arena take on top of what grows with the data. */
const ARENA_SLACK = 2 ** 26;

/** The graph recommenders that propagate without weights and activations. */
export abstract class LightRecommender extends AdditiveRecommender {
  abstract override readonly options: Readonly<Required<PropagationOptions>>;

  /** Fills the nodes' own embeddings before training. */
  protected initializeNodes(e0: Tensor, _users: number, rng: Rng): void {
    normal(e0, rng, 0.1);
  }

  protected abstract encoder(e0: Tensor, adjacency: SparseMatrix, users: number): LightEncoder;

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const { dim, layers, seed, loss, lengthNormalization, typeWeights } = this.options;
    const targets = targetsOf(this.name, data, this.options.targetTypes);
    this.learnVocabularies(data, targets);
    this.dispose(); // what was learned before is of other users and items
    const [users, items] = [data.users.size, data.items.size];
    const nodes = users + items;
    requireMemory(
      `${this.name}: embeddings of ${nodes.toLocaleString("en-US")} users and items × ${dim}, their gradients and the state of Adam`,
      (2 * layers + 10) * nodes * dim * 4 + data.length * 28 + ARENA_SLACK,
    );
    const rng = new Rng(seed);
    const edges = bipartite(data, edgeWeights(typeWeights));
    const degreesOfItems = degrees(edges).subarray(users);
    const start = () => {
      const adjacency = new SparseMatrix(normalize(edges, "symmetric"), { symmetric: true });
      const e0 = Tensor.parameter([nodes, dim]);
      this.initializeNodes(e0, users, rng.fork("init"));
      return this.encoder(e0, adjacency, users);
    };
    const finish = (encoder: LightEncoder) =>
      this.updateEmbeddings(users, items, dim, (tables) => {
        encoder.answer(tables, degreesOfItems);
        if (loss === "softmax") divideByLength(tables.items, lengthNormalization);
      });
    yield* trainRanking(this, data, rng, { start, finish, targets }, options);
  }
}
