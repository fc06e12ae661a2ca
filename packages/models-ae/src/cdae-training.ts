import {
  Adagrad,
  addAll,
  multiply,
  type Rng,
  SparseMatrix,
  scale,
  softplus,
  subtract,
  sum,
  sumOfSquares,
  Tensor,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { StepLoss } from "@kith/recommender";
import { AutoencoderTraining } from "./autoencoder-training.ts";
import type { CDAEOptions } from "./cdae.ts";
import { CDAENetwork } from "./cdae-network.ts";
import { withDrawn } from "./drawn-items.ts";
import { corruptedMatrix } from "./histories.ts";
import type { UserBatch } from "./user-batches.ts";

/** Training of CDAE by what users have and some of what they have not. */
export class CDAETraining extends AutoencoderTraining<CDAENetwork> {
  readonly optimizer: Adagrad;
  readonly #options: Readonly<Required<CDAEOptions>>;

  constructor(
    data: Interactions,
    options: Readonly<Required<CDAEOptions>>,
    rng: Rng,
    finish: (trained: CDAENetwork) => void,
  ) {
    const sizes = { users: data.users.size, items: data.items.size };
    super(data, options, new CDAENetwork(sizes, options), rng, finish);
    this.#options = options;
    this.network.initialize(rng.fork("init"));
    const { learningRate } = options;
    this.optimizer = new Adagrad(Object.values(this.parameters), { learningRate });
  }

  step({ users, histories, rng }: UserBatch): StepLoss {
    const { network } = this;
    const { dropout, negatives, regularization, loss } = this.#options;
    const items = this.data.items.size;
    let [total, count] = [0, 0];
    this.optimizer.minimize(() => {
      const seen = corruptedMatrix(histories, items, () => 1, dropout, rng.fork("dropout"));
      const drawn = withDrawn(histories, items, negatives, rng.fork("negatives"));
      const wanted = new SparseMatrix(drawn, { scoped: true });
      const scores = network.scores(wanted, network.encode(seen, Array.from(users)));
      const labels = Tensor.from(wanted.values, [wanted.entries, 1]);
      // −ln σ(s) of an item that the user has, −ln σ(−s) of another: ln(1 + eˢ) − label · s
      const sumOfLosses =
        loss === "logistic"
          ? subtract(sum(softplus(scores)), sum(multiply(labels, scores)))
          : sumOfSquares(subtract(scores, labels));
      [total, count] = [sumOfLosses.item(), wanted.entries];
      const penalties = network.weights.map((weight) =>
        scale(sumOfSquares(weight), regularization / 2),
      );
      return addAll([
        scale(sumOfLosses, 1 / histories.length),
        ...(regularization > 0 ? penalties : []),
      ]);
    });
    return { sum: total, count };
  }
}
