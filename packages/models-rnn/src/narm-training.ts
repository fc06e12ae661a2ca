import { Adam, dotSoftmaxCrossEntropy, type Rng, type Tensor } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import type { NetworkTraining, StepLoss } from "@kith/recommender";
import { NarmNetwork } from "./narm-network.ts";
import type { NarmOptions } from "./narm-options.ts";
import { pack } from "./packed.ts";

/** A step of training. */
export interface NarmBatch {
  /** Where in `values` the clicks to be foretold stand. */
  readonly targets: Uint32Array;
  readonly rng: Rng;
}

/** Added to the probability of a target, as the authors do. */
const LEAST = 1e-8;

/** NARM's training: every click but the first of each session is foretold from the clicks before it, in a random order. */
export class NarmTraining implements NetworkTraining<NarmNetwork, NarmBatch> {
  readonly epochs: number;
  readonly optimizer: Adam;
  readonly network: NarmNetwork;
  readonly #data: Sequences;
  readonly #options: Required<NarmOptions>;
  readonly #rng: Rng;
  readonly #finish: (network: NarmNetwork) => void;
  /** Places in `values` that are not the first of their session. */
  readonly #places: Uint32Array;
  /** Where the session of each of them begins. */
  readonly #starts: Uint32Array;

  constructor(
    data: Sequences,
    options: Required<NarmOptions>,
    rng: Rng,
    finish: (network: NarmNetwork) => void,
  ) {
    this.#data = data;
    this.#options = options;
    this.#rng = rng.fork("train");
    this.#finish = finish;
    this.epochs = options.epochs;
    this.#starts = new Uint32Array(data.tokens);
    const places: number[] = [];
    for (let s = 0; s < data.sequences; s++)
      for (let at = data.offsets[s]; at < data.offsets[s + 1]; at++) {
        this.#starts[at] = data.offsets[s];
        if (at > data.offsets[s]) places.push(at);
      }
    this.#places = Uint32Array.from(places);
    this.network = new NarmNetwork(options, data.items.size);
    this.network.initialize(rng.fork("init"));
    const { learningRate } = options;
    this.optimizer = new Adam(Object.values(this.parameters), { learningRate });
  }

  get parameters(): Readonly<Record<string, Tensor>> {
    return this.network.parameters;
  }

  get steps(): number {
    return Math.ceil(this.#places.length / this.#options.batchSize);
  }

  *batches(epoch: number): Generator<NarmBatch, void, void> {
    const { batchSize } = this.#options;
    const ofEpoch = this.#rng.fork(epoch);
    const order = ofEpoch.fork("order").shuffle(this.#places.slice());
    for (let begin = 0, step = 0; begin < order.length; begin += batchSize)
      yield { targets: order.subarray(begin, begin + batchSize), rng: ofEpoch.fork(step++) };
  }

  step({ targets, rng }: NarmBatch): StepLoss {
    const { maxLength, dropoutEmbedding, dropoutContext } = this.#options;
    const { values } = this.#data;
    const packed = pack(
      Array.from(targets, (at) => values.subarray(Math.max(this.#starts[at], at - maxLength), at)),
    );
    const wanted = packed.order.map((n) => values[targets[n]]);
    const noise = { embedding: dropoutEmbedding, context: dropoutContext, rng };
    const mean = this.optimizer.minimize(() => {
      const { queries } = this.network.encode(packed, noise);
      return dotSoftmaxCrossEntropy(queries, this.network.items, wanted, { epsilon: LEAST });
    });
    return { sum: mean * targets.length, count: targets.length, tokens: targets.length };
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
  }
}
