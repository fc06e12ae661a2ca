import {
  type Activation,
  Adagrad,
  gather,
  inBatchRankingLoss,
  type Rng,
  type Tensor,
} from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import type { NetworkTraining, StepLoss } from "@kith/recommender";
import { type SessionBatch, SessionBatches } from "@kith/sampling";
import { clicksOf } from "./baselines/clicks.ts";
import type { FinalActivation, Gru4RecLoss, Gru4RecOptions } from "./gru4rec-options.ts";
import { weightedInput } from "./item-mix.ts";
import { Lanes } from "./lanes.ts";
import { type Input, Network } from "./network.ts";
import { PopularNegatives } from "./popular-negatives.ts";

/** A step of training. */
export interface Gru4RecBatch extends SessionBatch {
  readonly rng: Rng;
}

/** GRU4Rec's training: session-parallel batches, back-propagation through one click, Adagrad with momentum. */
export class Gru4RecTraining implements NetworkTraining<Network, Gru4RecBatch> {
  readonly epochs: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly optimizer: Adagrad;
  readonly network: Network;
  readonly #data: Sequences;
  readonly #options: Required<Gru4RecOptions>;
  readonly #rng: Rng;
  readonly #batches: SessionBatches;
  readonly #lanes: Lanes;
  readonly #negatives: PopularNegatives | undefined;
  /** What is taken off the score of each item as a target of the batch: its share of ln(times clicked). */
  readonly #correction: Float32Array;
  readonly #finish: (network: Network) => void;

  constructor(
    data: Sequences,
    options: Required<Gru4RecOptions>,
    rng: Rng,
    finish: (network: Network) => void,
  ) {
    const { negatives, alpha, batchSize, learningRate, momentum } = options;
    const items = data.items.size;
    this.#data = data;
    this.#options = options;
    this.#rng = rng.fork("train");
    this.#finish = finish;
    this.epochs = options.epochs;
    this.#batches = new SessionBatches(data, batchSize, negatives === 0 ? 2 : 1);
    const clicks = clicksOf(data.values, data.items.size);
    this.#correction = Float32Array.from(clicks, (n) => options.logQ * Math.log(Math.max(1, n)));
    if (negatives > 0) this.#negatives = new PopularNegatives(clicks, alpha);
    this.network = new Network(options, items);
    this.network.initialize(items, rng.fork("init"));
    const learned = this.network.parameters;
    this.optimizer = new Adagrad(Object.values(learned), { learningRate, momentum });
    this.#lanes = new Lanes(batchSize, this.network.widths);
    this.parameters = {
      ...learned,
      ...Object.fromEntries(this.#lanes.states.map((state, n) => [`lanes.${n}`, state])),
    };
  }

  get steps(): number {
    return this.#batches.count;
  }

  *batches(epoch: number): Generator<Gru4RecBatch, void, void> {
    const ofEpoch = this.#rng.fork(epoch);
    let step = 0;
    for (const batch of this.#batches.epoch()) yield { ...batch, rng: ofEpoch.fork(step++) };
  }

  step(batch: Gru4RecBatch): StepLoss {
    const { inputs, targets, kept, fresh, rng } = batch;
    const { batchSize, negatives: count, dropoutEmbedding, dropoutHidden } = this.#options;
    this.#lanes.change(kept, fresh);
    const keys = new Uint32Array(targets.length + count);
    keys.set(targets);
    this.#negatives?.draw(keys.subarray(targets.length), rng.fork("negatives"));
    const noise = { embedding: dropoutEmbedding, hidden: dropoutHidden, rng: rng.fork("noise") };
    const mean = this.optimizer.minimize(() => {
      const before = this.#lanes.first(inputs.length);
      const { states, output } = this.network.step(this.#input(batch), before, noise);
      this.#lanes.store(states);
      return this.#loss(output, keys, targets.length);
    });
    const sum = mean * batchSize;
    return { sum, count: inputs.length, tokens: inputs.length };
  }

  finish(): void {
    this.#finish(this.network);
  }

  dataHash(): string {
    return this.#data.hash();
  }

  dispose(): void {
    this.network.dispose();
    this.optimizer.dispose();
    this.#lanes.dispose();
  }

  #input({ inputs, at, starts }: SessionBatch): Input {
    const { input, inputDecay, inputWindow } = this.#options;
    if (input === "last") return { items: inputs };
    const { values } = this.#data;
    const clicks = Array.from(at, (position, lane) =>
      values.subarray(Math.max(starts[lane], position + 1 - inputWindow), position + 1),
    );
    return weightedInput(clicks, inputDecay);
  }

  /** @param keys the targets, then the shared negatives */
  #loss(output: Tensor, keys: Uint32Array, targets: number): Tensor {
    const { loss, logQ, alpha, scorePenalty: penalty, batchSize: divisor } = this.#options;
    const { outputs, biases } = this.network;
    const shift = loss === "cross-entropy" && logQ > 0 ? new Float32Array(keys.length) : undefined;
    for (let n = 0; shift && n < keys.length; n++)
      shift[n] = -(n < targets ? 1 : alpha) * this.#correction[keys[n]];
    return inBatchRankingLoss(output, gather(outputs, keys), gather(biases, keys), {
      loss,
      penalty,
      divisor,
      ...(shift && { shift }),
      activation: activationOf(this.#options),
    });
  }
}

const AUTO: Readonly<Record<Gru4RecLoss, Exclude<FinalActivation, "auto">>> = {
  "cross-entropy": "linear",
  bpr: "linear",
  top1: "tanh",
  "bpr-max": "elu",
  "top1-max": "elu",
};

/** What scores go through before a ranking loss. All of these ascend, so that it does not matter to a ranking. */
function activationOf({
  loss,
  finalActivation,
  eluAlpha,
}: Required<Gru4RecOptions>): { readonly name: Activation; readonly alpha: number } | undefined {
  if (loss === "cross-entropy") return undefined;
  const name = finalActivation === "auto" ? AUTO[loss] : finalActivation;
  return name === "linear" ? undefined : { name, alpha: name === "elu" ? eluAlpha : 0 };
}
