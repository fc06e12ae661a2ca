import {
  Adagrad,
  add,
  addAll,
  between,
  gather,
  kernels,
  multiply,
  normal,
  OptionError,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  rowDot,
  scale,
  softplus,
  sum,
  sumOfSquares,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { type Epoch, type FitOptions, type TrainOptions, trainingLoop } from "@kith/recommender";
import { type EventBatch, EventBatches } from "./event-batches.ts";
import type { Events } from "./events.ts";
import { type Evidence, kindsRule, weighedEvents } from "./evidence.ts";
import { historyShare } from "./history-share.ts";
import { TypedEmbeddingRecommender } from "./typed-embedding-recommender.ts";
import { fillMeans, meanOf, type TypedRows, typedRows } from "./typed-rows.ts";

export interface EventEmbeddingsOptions {
  /** Length of each vector. Default 32. */
  dim?: number;
  /**
   * What events of each kind say: label 1 speaks for the item and 0 against it, an event of weight w counts as w of weight 1. Default: purchased for it
   * with weight 5, clicked for it and shown against it with weight 1.
   */
  kinds?: Readonly<Record<string, Evidence>>;
  /** Items drawn for each event that speaks for its item, to tell it from. Default 5. */
  negatives?: number;
  /** They are drawn by the power alpha of how many events they have; 0 draws alike all that have any. Default 0. */
  alpha?: number;
  /** Passes over the events. Default 20. */
  epochs?: number;
  /** Events in a step. Default 1024. */
  batchSize?: number;
  /** Step size of Adagrad. Default 0.1. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the vectors of a batch. Default 0.01. */
  regularization?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/** Vectors of users and items, by dense numbers, in the scope of the caller. */
interface Embed {
  users(ids: Uint32Array): Tensor;
  items(ids: Uint32Array): Tensor;
}

/**
 * Users and items in one space, learned from what users did, and what they were shown and left alone; with types of users and items, which carry those
 * with few events (after Grbovic and Cheng, "Real-time personalization using embeddings for search ranking at Airbnb", KDD 2018).
 *
 *   u = mean(own vector, vector of the type), of what is there; v likewise      score(u, v) = u · v
 *   loss = 1/E Σₑ wₑ (−log σ(u · v) − Σₙ log σ(−u · vₙ)) where e speaks for v, wₑ (−log σ(−u · v)) where against it      + λ/2E Σ (‖u‖² + ‖v‖²)
 *
 * n are items drawn at random, without those that u likes. A user or item without events has its type's vector alone. For somebody new, the items that
 * they liked stand in for the own vector: c/√n Σᵢ vᵢ, with the c that fits the users of the training data best.
 */
export class EventEmbeddings extends TypedEmbeddingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<EventEmbeddingsOptions> = {
    dim: positiveInteger(32, 4096),
    kinds: kindsRule,
    negatives: wholeNumber(5, 0, 1000),
    alpha: between(0, 0, 2),
    epochs: positiveInteger(20),
    batchSize: positiveInteger(1024, 2 ** 20),
    learningRate: positive(0.1),
    regularization: between(0.01, 0, 1e6),
    seed: wholeNumber(42),
  };
  readonly name = "EventEmbeddings";
  readonly options: Readonly<Required<EventEmbeddingsOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: EventEmbeddingsOptions = {}) {
    super();
    this.options = resolveOptions("EventEmbeddings", options, EventEmbeddings.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): EventEmbeddings {
    return EventEmbeddings.restore("EventEmbeddings", file, (made) => new EventEmbeddings(made));
  }

  /** Trains to the end. Interactions are events that all speak for their items, with weight 1. */
  override fit(data: Events | Interactions, options: FitOptions = {}): Promise<this> {
    return super.fit(data as Interactions, options); // hands the data to train, and does nothing else with it
  }

  async *train(
    data: Events | Interactions,
    options: TrainOptions = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    checkData(this.name, data);
    const { dim, kinds, epochs, learningRate, seed } = this.options;
    const weighed = weighedEvents(this.name, data, kinds);
    this.learnVocabularies(weighed.positives);
    this.dispose(); // what was learned before is of other users and items
    const { users, items } = data;
    const { userTypes, itemTypes }: Partial<Events> = "kinds" in data ? data : {};
    const ofUsers = typedRows(users.size, weighed.user, userTypes);
    const ofItems = typedRows(items.size, weighed.item, itemTypes);
    const rows = ofUsers.count + ofItems.count;
    requireMemory(
      `${this.name}: vectors of ${rows.toLocaleString("en-US")} users, items and types × ${dim}, the state of Adagrad and a batch`,
      (4 * rows + 8 * this.options.batchSize * (2 + this.options.negatives)) * dim * 4,
    );
    const rng = new Rng(seed);
    const batches = new EventBatches(weighed, this.options, rng.fork("batches"));
    const tables = {
      users: start(ofUsers, dim, rng.fork("users")),
      items: start(ofItems, dim, rng.fork("items")),
    };
    const adagrad = new Adagrad([tables.users, tables.items], { learningRate });
    const embed = {
      users: (ids: Uint32Array) => meanOf(tables.users, ofUsers, ids),
      items: (ids: Uint32Array) => meanOf(tables.items, ofItems, ids),
    };
    try {
      yield* trainingLoop<EventBatch>(
        this,
        {
          epochs,
          parameters: tables,
          optimizer: adagrad,
          steps: batches.count,
          batches: (epoch) => batches.of(epoch),
          step: (batch) => {
            const count = batch.users.length;
            return { sum: count * adagrad.minimize(() => this.#loss(embed, batch)), count };
          },
          finish: () => {
            this.updateEmbeddings(users.size, items.size, dim, (answers) => {
              fillMeans(answers.users, tables.users, ofUsers);
              fillMeans(answers.items, tables.items, ofItems);
              const share = historyShare(answers.users, answers.items, (u) => this.historyOf(u));
              kernels().scale(answers.shares.data, share, answers.items.data);
            });
            const data = tables.users.data.slice(users.size * dim);
            this.learnUserTypes(
              userTypes && {
                ids: userTypes.values,
                vectors: { shape: [userTypes.values.size, dim], data },
              },
            );
          },
          dataHash: () => data.hash(),
        },
        options,
      );
    } finally {
      for (const owner of [tables.users, tables.items, adagrad]) owner.dispose();
    }
  }

  /** Losses of events and of the items drawn for them, as sums of wₑ · softplus(∓ u · v). */
  #loss(embed: Embed, { users, items, owners, signs, weights }: EventBatch): Tensor {
    const { regularization } = this.options;
    const [u, v] = [embed.users(users), embed.items(items)];
    const scores = rowDot(gather(u, owners), v);
    const losses = softplus(multiply(Tensor.from(signs), scores));
    const loss = sum(multiply(Tensor.from(weights), losses));
    const penalty = scale(addAll([u, v].map(sumOfSquares)), regularization / 2);
    return scale(add(loss, penalty), 1 / users.length);
  }
}

/** A table of small random vectors; rows that nothing trains are 0. */
function start({ count, isTrained }: TypedRows, dim: number, rng: Rng): Tensor {
  const table = normal(Tensor.parameter([count, dim]), rng, 0.1);
  isTrained.forEach((trained, row) => {
    if (trained === 0) table.data.fill(0, row * dim, (row + 1) * dim);
  });
  return table;
}

/** @throws OptionError unless it is Events or Interactions */
function checkData(owner: string, data: Events | Interactions): void {
  const interactions = (data as Events)?.interactions ?? data;
  if (typeof interactions?.byUser === "function") return;
  throw new OptionError(
    owner,
    "data",
    `must be Events, as Events.from(rows) makes them, or Interactions, got ${Array.isArray(data) ? "an array" : data === null ? "null" : typeof data}`,
  );
}
