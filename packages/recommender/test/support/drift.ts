import { normal, Rng, Tensor } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import {
  type Epoch,
  ItemRecommender,
  type StepLoss,
  type TrainOptions,
  trainingLoop,
} from "../../src/index.ts";

export interface DriftOptions {
  epochs: number;
  steps: number;
  seed: number;
}

/** A model of items without an optimiser: its vectors drift at random, as a function of the epoch and the step alone. */
export class Drift extends ItemRecommender<ItemPairs> {
  readonly name = "Drift";
  readonly options: DriftOptions;
  /** Called before each step with its number since training began; what it returns replaces the loss. */
  onStep: (step: number) => StepLoss | undefined = () => undefined;

  constructor(options: Partial<DriftOptions> = {}) {
    super();
    this.options = { epochs: 3, steps: 4, seed: 1, ...options };
  }

  async *train(
    data: ItemPairs,
    options: TrainOptions<ItemPairs> = {},
  ): AsyncGenerator<Epoch, void, void> {
    this.learnItems(data.items);
    const { epochs, steps, seed } = this.options;
    const rng = new Rng(seed);
    const e = normal(Tensor.parameter([data.items.size, 4]), rng.fork("init"), 0.1);
    let done = 0;
    try {
      yield* trainingLoop<Rng, ItemPairs>(
        this,
        {
          epochs,
          parameters: { e },
          steps,
          *batches(epoch) {
            for (let step = 0; step < steps; step++) yield rng.fork(epoch).fork(step);
          },
          step: (draws) => {
            const replaced = this.onStep(done++);
            const count = 1 + draws.below(9);
            let sum = 0;
            for (let n = 0; n < count; n++) {
              const at = draws.below(e.size);
              e.data[at] += draws.below(1000) / 999 - 0.5;
              sum += Math.abs(e.data[at]);
            }
            return replaced ?? { sum, count, tokens: 2 * count };
          },
          finish: () => this.updateTables(4, ({ items }) => void items.data.set(e.data)),
          dataHash: () => data.hash(),
        },
        options,
      );
    } finally {
      e.dispose();
    }
  }
}
