import {
  Adam,
  gather,
  normal,
  Rng,
  scale,
  subtract,
  sumOfSquares,
  Tensor,
  uniform,
} from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import {
  AdditiveRecommender,
  type Epoch,
  type TrainOptions,
  trainingLoop,
} from "../../src/index.ts";

export interface ToyOptions {
  epochs: number;
  steps: number;
  seed: number;
  learningRate: number;
  layers: readonly number[];
}

/** A model with nothing to learn that trains all the same: rows of its embeddings chase random targets. */
export class Toy extends AdditiveRecommender {
  readonly name = "Toy";
  readonly options: ToyOptions;
  /** Called before each step, with its number since training began; what it returns replaces the loss. */
  onStep: (step: number) => number | undefined = () => undefined;

  constructor(options: Partial<ToyOptions> = {}) {
    super();
    this.options = { epochs: 3, steps: 4, seed: 1, learningRate: 0.1, layers: [8, 4], ...options };
  }

  static load(file: Uint8Array): Toy {
    return Toy.restore("Toy", file, (options) => new Toy(options));
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    this.learnVocabularies(data);
    const { epochs, steps, seed, learningRate } = this.options;
    const rng = new Rng(seed);
    const nodes = data.users.size + data.items.size;
    const e = normal(Tensor.parameter([nodes, 4]), rng.fork("init"), 0.1);
    const adam = new Adam([e], { learningRate });
    let done = 0;
    try {
      yield* trainingLoop<Uint32Array>(
        this,
        {
          epochs,
          parameters: { e },
          optimizer: adam,
          steps,
          *batches(epoch) {
            const draws = rng.fork(epoch);
            for (let step = 0; step < steps; step++)
              yield Uint32Array.from({ length: 5 }, () => draws.below(nodes));
          },
          step: (ids) => {
            const replaced = this.onStep(done++);
            if (replaced !== undefined) return replaced;
            return adam.minimize(() => {
              const targets = uniform(Tensor.empty([5, 4]), new Rng(ids[0]), -1, 1);
              return scale(sumOfSquares(subtract(gather(e, ids), targets)), 1 / 5);
            });
          },
          finish: () => this.#finish(e, data),
          dataHash: () => data.hash(),
        },
        options,
      );
    } finally {
      e.dispose();
      adam.dispose();
    }
  }

  #finish(e: Tensor, data: Interactions): void {
    const users = data.users.size;
    this.updateEmbeddings(users, data.items.size, 4, (tables) => {
      tables.users.data.set(e.slice(0, users).data);
      tables.items.data.set(e.slice(users, e.rows).data);
      tables.shares.data.set(e.slice(users, e.rows).data);
    });
  }
}

/** Random pairs of 12 users and 15 items, in two halves. */
export function halves(): { train: Interactions; test: Interactions } {
  const rng = new Rng(3);
  const pairs = Array.from({ length: 120 }, (): [string, string] => [
    `u${rng.below(12)}`,
    `i${rng.below(15)}`,
  ]);
  const all = Interactions.from(pairs);
  return { train: all.select((row) => row % 2 === 0), test: all.select((row) => row % 2 === 1) };
}
