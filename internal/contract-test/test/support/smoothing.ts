import {
  KithError,
  normal,
  oneOf,
  positiveInteger,
  Rng,
  type Rules,
  resolveOptions,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import {
  type Epoch,
  ItemRecommender,
  type ItemScore,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";

export interface SmoothingOptions {
  dim?: number;
  epochs?: number;
  score?: ItemScore;
  seed?: number;
}

/** The smallest model of items that learns: each vector moves halfway to the mean of its neighbours', item after item. By "dot" its queries have a table of their own. */
export class Smoothing extends ItemRecommender<ItemPairs> {
  static readonly rules: Rules<SmoothingOptions> = {
    dim: positiveInteger(16),
    epochs: positiveInteger(10),
    score: oneOf(["cosine", "dot"], "cosine"),
    seed: wholeNumber(1),
  };
  readonly name = "Smoothing";
  readonly options: Readonly<Required<SmoothingOptions>>;

  constructor(options: SmoothingOptions = {}) {
    super();
    this.options = resolveOptions("Smoothing", options, Smoothing.rules);
  }

  static load(file: Uint8Array): Smoothing {
    return Smoothing.restore("Smoothing", file, (options) => new Smoothing(options));
  }

  override get scoring(): ItemScore {
    return this.options.score;
  }

  protected override get hasQueryTable(): boolean {
    return this.options.score === "dot";
  }

  async *train(
    data: ItemPairs,
    options: TrainOptions<ItemPairs> = {},
  ): AsyncGenerator<Epoch, void, void> {
    if (data.length === 0) throw new KithError("Smoothing: expected at least one pair, got none");
    this.learnItems(data.items);
    const { dim, epochs, seed } = this.options;
    const items = data.items.size;
    const neighbours = Array.from({ length: items }, (): number[] => []);
    data.source.forEach((a, row) => {
      neighbours[a].push(data.target[row]);
      neighbours[data.target[row]].push(a);
    });
    const e = normal(Tensor.parameter([items, dim]), new Rng(seed), 1);
    try {
      yield* trainingLoop<number, ItemPairs>(
        this,
        {
          epochs,
          parameters: { e },
          steps: items,
          batches: () => neighbours.keys(),
          step: (item) => ({ sum: moveTo(e.data, dim, item, neighbours[item]), count: 1 }),
          finish: () =>
            this.updateTables(dim, (tables) => {
              tables.items.data.set(e.data);
              if (this.hasQueryTable) tables.queries.data.set(e.data.map((x) => 3 * x));
            }),
          dataHash: () => data.hash(),
        },
        options,
      );
    } finally {
      e.dispose();
    }
  }
}

/** Row `item` moves halfway to the mean of other rows; returns how far away that was. */
function moveTo(e: Float32Array, dim: number, item: number, neighbours: number[]): number {
  let distance = 0;
  for (let j = 0; j < dim; j++) {
    const own = e[item * dim + j];
    const mean = neighbours.reduce((sum, n) => sum + e[n * dim + j], 0) / neighbours.length || own;
    distance += (mean - own) ** 2;
    e[item * dim + j] = (own + mean) / 2;
  }
  return distance;
}
