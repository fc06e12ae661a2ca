import {
  HeapIndices,
  heap,
  KithError,
  kernels,
  ncfNumbers,
  ncfWork,
  Rng,
  requireMemory,
  Tensor,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { StepLoss, Training } from "@kith/recommender";
import type { NcfSettings, NcfShape } from "./ncf-options.ts";
import { NcfParts } from "./ncf-parts.ts";

/** Multiply-adds of a step of the training loop, which is many of the optimiser's: about 20 ms. */
const WORK = 2 ** 27;
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Steps of the optimiser that are taken together. */
export interface NcfSteps {
  readonly epoch: number;
  readonly first: number;
  readonly count: number;
}

export interface NcfTrainingOptions extends NcfSettings {
  readonly optimizer: "adam" | "sgd";
  /** Epochs at first in which both parts of the network are learned by themselves. */
  readonly pretrainEpochs: number;
  readonly alpha: number;
  /** What to begin with instead of drawn numbers: fills theta. */
  readonly begin?: ((parts: NcfParts, theta: Tensor) => void) | undefined;
  /** Makes the model answer from theta, which is one network. */
  readonly finish: (parts: NcfParts, theta: Tensor) => void;
}

/** Trains a network of neural collaborative filtering with the kernel `ncf`: what `trainingLoop` asks for. */
export class NcfTraining implements Training<NcfSteps> {
  readonly epochs: number;
  readonly steps: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly #options: NcfTrainingOptions;
  readonly #parts: NcfParts;
  readonly #data: Interactions;
  readonly #rng: Rng;
  readonly #optimizerSteps: number;
  readonly #together: number;
  readonly #indices: Readonly<
    Record<"layers" | "pairUsers" | "pairItems" | "offsets" | "items", HeapIndices>
  >;
  readonly #gradient: Tensor;
  readonly #work: Tensor;
  readonly #lossesAt: number;

  /**
   * @throws KithError when there is no user who has some items but not all
   * @throws MemoryError when it does not fit
   */
  constructor(name: string, data: Interactions, shape: NcfShape, options: NcfTrainingOptions) {
    const { batchSize, negatives, seed } = options;
    const { offsets, items } = data.byUser();
    const users = pairUsers(offsets, shape.items);
    const samples = users.length * (negatives + 1);
    if (users.length === 0)
      throw new KithError(
        `${name}: no negatives can be drawn, because none of the ${shape.users} users has some of the ${shape.items} items but not all; at least two items and one such user are needed`,
      );
    if (samples > 2 ** 31)
      throw new KithError(
        `${name}: ${samples.toLocaleString("en-US")} samples an epoch are more than 2^31; use fewer negatives or less data`,
      );
    const numbers = ncfNumbers(shape);
    requireMemory(
      `${name}: a network of ${numbers.toLocaleString("en-US")} numbers for ${(shape.users + shape.items).toLocaleString("en-US")} users and items, its gradient, and the state of Adam`,
      4 *
        (5 * numbers +
          ncfWork(shape, batchSize) +
          4 * items.length +
          shape.items * (shape.layers[1] ?? 0)),
    );
    this.epochs = options.pretrainEpochs + options.epochs;
    this.#options = options;
    this.#parts = new NcfParts(shape);
    this.#data = data;
    const rng = new Rng(seed);
    this.#rng = rng.fork("samples");
    this.#optimizerSteps = Math.ceil(samples / batchSize);
    const each =
      3 * (numbers - (shape.users + shape.items) * this.#parts.width + this.#parts.width);
    this.#together = Math.max(1, Math.min(4096, Math.floor(WORK / (each * batchSize))));
    this.steps = Math.ceil(this.#optimizerSteps / this.#together);
    const rows = shape.users + shape.items;
    const theta = Tensor.parameter([numbers]);
    const [m, v, last, joined] = [[numbers], [numbers], [rows], [1]].map((of) =>
      Tensor.parameter(of),
    );
    this.parameters = { theta, m, v, last, joined };
    this.#gradient = Tensor.parameter([numbers]);
    this.#work = Tensor.parameter([ncfWork(shape, batchSize)]);
    const full = users.length === items.length;
    this.#indices = {
      layers: new HeapIndices(Uint32Array.from(shape.layers)),
      pairUsers: new HeapIndices(users),
      pairItems: new HeapIndices(full ? items : withoutFull(offsets, items, shape.items)),
      offsets: new HeapIndices(offsets),
      items: new HeapIndices(items),
    };
    this.#lossesAt = heap().allocate(8 * this.#together);
    this.#parts.start(theta, rng.fork("init"));
    options.begin?.(this.#parts, theta);
    joined.data[0] = options.pretrainEpochs > 0 ? 0 : 1;
  }

  *batches(epoch: number): Generator<NcfSteps> {
    for (let first = 0; first < this.#optimizerSteps; first += this.#together)
      yield { epoch, first, count: Math.min(this.#together, this.#optimizerSteps - first) };
  }

  step({ epoch, first, count }: NcfSteps): StepLoss {
    const { pretrainEpochs, alpha, batchSize, negatives, learningRate, optimizer } = this.#options;
    const { theta, m, v, last, joined } = this.parameters;
    const separate = epoch <= pretrainEpochs;
    if (!separate && joined.data[0] === 0) {
      this.#parts.fuse(theta, alpha);
      m.data.fill(0);
      v.data.fill(0);
      joined.data[0] = 1;
    }
    const { layers, pairUsers, pairItems, offsets, items } = this.#indices;
    const losses = heap().float64(this.#lossesAt, count);
    kernels().ncf(
      losses,
      { ...this.#parts.shape, layers: layers.data },
      {
        ...{ theta: theta.data, m: m.data, v: v.data, last: last.data },
        ...{ gradient: this.#gradient.data, work: this.#work.data },
      },
      {
        ...{ pairUsers: pairUsers.data, pairItems: pairItems.data },
        ...{ offsets: offsets.data, items: items.data },
      },
      {
        ...{ batchSize, negatives, separate, learningRate, ...ADAM },
        adam: separate || optimizer === "adam",
        before: (epoch - 1 - (separate ? 0 : pretrainEpochs)) * this.#optimizerSteps,
      },
      this.#rng.fork(epoch).key,
      first,
    );
    const samples = pairUsers.length * (negatives + 1);
    const begin = first * batchSize;
    return {
      sum: losses.reduce((sum, loss) => sum + loss, 0) / (separate ? 2 : 1),
      count: Math.min(samples, begin + count * batchSize) - begin,
    };
  }

  finish(): void {
    const { theta, joined } = this.parameters;
    if (joined.data[0] === 1) {
      this.#options.finish(this.#parts, theta);
      return;
    }
    const copy = theta.keep();
    try {
      this.#parts.fuse(copy, this.#options.alpha);
      this.#options.finish(this.#parts, copy);
    } finally {
      copy.dispose();
    }
  }

  dataHash(): string {
    return this.#data.hash();
  }

  dispose(): void {
    for (const owner of [
      ...Object.values(this.parameters),
      ...Object.values(this.#indices),
      this.#gradient,
      this.#work,
    ])
      owner.dispose();
    heap().free(this.#lossesAt);
  }
}

/** The user of each pair, those who have all items left out. */
function pairUsers(offsets: Uint32Array, items: number): Uint32Array {
  const users = new Uint32Array(offsets[offsets.length - 1]);
  let count = 0;
  for (let user = 0; user + 1 < offsets.length; user++) {
    const own = offsets[user + 1] - offsets[user];
    if (own === items) continue;
    users.fill(user, count, count + own);
    count += own;
  }
  return users.slice(0, count);
}

/** The item of each of these pairs. */
function withoutFull(offsets: Uint32Array, items: Uint32Array, itemCount: number): Uint32Array {
  const kept = new Uint32Array(items.length);
  let count = 0;
  for (let user = 0; user + 1 < offsets.length; user++) {
    const own = items.subarray(offsets[user], offsets[user + 1]);
    if (own.length === itemCount) continue;
    kept.set(own, count);
    count += own.length;
  }
  return kept.slice(0, count);
}
