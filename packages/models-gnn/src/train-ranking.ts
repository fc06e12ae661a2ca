import { Adam, add, type Rng, type Tensor } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { type Epoch, type Measurable, type TrainOptions, trainingLoop } from "@kith/recommender";
import { type Distinct, DistinctIds } from "@kith/sampling";
import { type Batch, type Batches, SharedNegatives, TripleBatches } from "./batches.ts";
import { type Embedded, rankingLoss } from "./ranking-loss.ts";
import type { RankingSettings } from "./ranking-options.ts";

/** A graph model in training. */
export interface Encoder {
  /** What is learned, by name. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Some nodes, each listed once, as training sees them; dropout and noise are drawn from a stream of this step. */
  embed(nodes: Uint32Array, rng: Rng): Embedded;
  /** What is minimised beside the ranking loss, if anything. */
  furtherLoss?(nodes: Distinct, embedded: Embedded): Tensor | undefined;
  /** Frees the parameters and whatever else it made. */
  dispose(): void;
}

interface Step extends Batch {
  readonly rng: Rng;
}

interface RankingModel extends Measurable<Interactions> {
  readonly options: RankingSettings;
}

/** What a model does by itself in its training. */
export interface RankingTraining<E extends Encoder> {
  /** Makes the encoder. */
  start(): E;
  /** Makes the model answer from the encoder's parameters as they are. */
  finish(encoder: E): void;
  /** The interactions that are learned to rank. Default: all. */
  readonly targets?: Interactions;
  /** What is drawn in each step. Default: what the loss asks for. */
  readonly batches?: (data: Interactions, settings: RankingSettings, rng: Rng) => Batches;
  /** Update only the rows of tables that a step has reached. Default false. */
  readonly lazy?: boolean;
}

/** Users with items they liked, and others. */
export function rankingBatches(data: Interactions, settings: RankingSettings, rng: Rng): Batches {
  return new (settings.loss === "bpr" ? TripleBatches : SharedNegatives)(data, settings, rng);
}

/** Trains a graph model to rank: batches, loss, Adam and what `trainingLoop` does. */
export async function* trainRanking<E extends Encoder>(
  model: RankingModel,
  data: Interactions,
  rng: Rng,
  {
    start,
    finish,
    targets = data,
    batches: makeBatches = rankingBatches,
    lazy = false,
  }: RankingTraining<E>,
  options: TrainOptions,
): AsyncGenerator<Epoch, void, void> {
  const { epochs, learningRate } = model.options;
  const batches = makeBatches(targets, model.options, rng.fork("batches")); // first, as it may refuse the data
  const owners: { dispose(): void }[] = [batches];
  const noise = rng.fork("noise");
  try {
    const encoder = start();
    owners.push(encoder);
    const { parameters } = encoder;
    const adam = new Adam(Object.values(parameters), { learningRate, lazy });
    owners.push(adam);
    const distinct = new DistinctIds(data.users.size + data.items.size);
    const lossOf = ({ users, liked, others, rng: drawn }: Step): Tensor => {
      const nodes = distinct.of([users, liked, others]);
      const embedded = encoder.embed(nodes.ids, drawn);
      const ranking = rankingLoss(embedded, nodes, model.options, distinct);
      const further = encoder.furtherLoss?.(nodes, embedded);
      return further ? add(ranking, further) : ranking;
    };
    yield* trainingLoop<Step>(
      model,
      {
        epochs,
        parameters,
        optimizer: adam,
        steps: batches.count,
        *batches(epoch) {
          const ofEpoch = noise.fork(epoch);
          let step = 0;
          for (const batch of batches.of(epoch)) yield { ...batch, rng: ofEpoch.fork(step++) };
        },
        step: (batch) => adam.minimize(() => lossOf(batch)),
        finish: () => finish(encoder),
        dataHash: () => data.hash(),
      },
      options,
    );
  } finally {
    for (const owner of owners) owner.dispose();
  }
}
