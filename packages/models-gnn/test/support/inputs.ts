import { normal, Rng, Tensor } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { type Batch, SharedNegatives, TripleBatches } from "../../src/batches.ts";
import { LightGCN, type LightGCNOptions } from "../../src/index.ts";

/** The trainings that the fixture holds: two epochs, each of one batch and a shorter one. */
export const trainings: Record<string, LightGCNOptions> = {
  "bpr, K = 3": { layers: 3, regularization: 0.05 },
  "bpr, K = 1, no penalty": { layers: 1, regularization: 0 },
  "bpr, K = 0": { layers: 0, regularization: 0.01 },
  "softmax over all items": { loss: "softmax", layers: 2, regularization: 0.02, temperature: 0.2 },
  "softmax over a sample": {
    loss: "softmax",
    layers: 3,
    regularization: 0.01,
    temperature: 0.1,
    negatives: 4,
  },
};
for (const options of Object.values(trainings))
  Object.assign(options, { dim: 4, epochs: 2, batchSize: 20, learningRate: 0.05, seed: 3 });

/** 9 users and 8 items of a larger vocabulary, so that user 9 and item 8 have no edges. */
export function smallData(): Interactions {
  const pairs: [string, string][] = [["user 9", "item 8"]];
  for (let u = 0; u < 9; u++)
    for (let i = 0; i < 8; i++) if ((u * 5 + i * 3) % 7 < 3) pairs.push([`user ${u}`, `item ${i}`]);
  return Interactions.from(pairs).select((row) => row > 0);
}

/** All that chance decides in a training. */
export interface Inputs {
  readonly e0: number[];
  /** Of each epoch. */
  readonly batches: Record<keyof Pick<Batch, "users" | "liked" | "others">, number[]>[][];
}

export function inputs(options: LightGCNOptions): Inputs {
  const data = smallData();
  const { dim, epochs, seed, loss, ...rest } = new LightGCN(options).options;
  const nodes = data.users.size + data.items.size;
  const rng = new Rng(seed);
  const e0 = normal(Tensor.parameter([nodes, dim]), rng.fork("init"), 0.1);
  const make = loss === "bpr" ? TripleBatches : SharedNegatives;
  const batches = new make(data, rest, rng.fork("batches"));
  const list = (ids: Uint32Array) => Array.from(ids);
  const drawn = Array.from({ length: epochs }, (_, n) =>
    Array.from(batches.of(n + 1) as Iterable<Batch>, ({ users, liked, others }) => ({
      users: list(users),
      liked: list(liked),
      others: list(others),
    })),
  );
  const result = { e0: Array.from(e0.data), batches: drawn };
  e0.dispose();
  batches.dispose();
  return result;
}
