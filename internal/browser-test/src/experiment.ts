import {
  type BackendInfo,
  type BackendOptions,
  backendInfo,
  heap,
  useBackend,
} from "@kith/core-tensors";
import { type Interactions, type Items, readInteractions, readItems, split } from "@kith/data";
import { debianDependencies } from "@kith/demo-data";
import { LightGCN, type LightGCNOptions } from "@kith/models-gnn";
import { type Epoch, evaluate, type Progress } from "@kith/recommender";

/** What to compute; everything here can be sent to a worker. */
export interface Plan {
  readonly backend?: BackendOptions;
  readonly epochs?: number;
  /** The package to recommend for. */
  readonly example?: string;
  /** A checkpoint to go on from. */
  readonly resumeFrom?: Uint8Array | undefined;
}

/** What an onlooker hears about while it computes. */
export interface Onlooker {
  readonly signal?: AbortSignal;
  onBackend?(backend: BackendInfo): void;
  onProgress?(progress: Progress): void;
  onEpoch?(epoch: Epoch): void;
  onCheckpoint?(file: Uint8Array<ArrayBuffer>): void;
}

export interface Recommendation {
  readonly item: string;
  readonly title: string;
  /** Whether the package really needs it: it is one of the held-out items. */
  readonly isHeldOut: boolean;
  readonly score: number;
  /** The items of the package's history that speak for it most. */
  readonly reasons: readonly string[];
}

export interface Result {
  readonly backend: BackendInfo;
  /** Undefined in Node, where memory is shared without it. */
  readonly isIsolated: boolean | undefined;
  readonly epochs: readonly Epoch[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly users: number;
  readonly items: number;
  readonly trainedOn: number;
  readonly example: string;
  readonly history: readonly string[];
  readonly recommendations: readonly Recommendation[];
  /** What the model gives each item for the example. */
  readonly scores: Float32Array;
  /** The saved model. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** Whether the heap grew while training, and whether that detached the buffer it had before. */
  readonly heapGrew: boolean;
  readonly bufferDetached: boolean;
}

const EXAMPLE = "vlc";
const K = 8;

/** The fast recipe. */
const MODEL: LightGCNOptions = {
  loss: "softmax",
  layers: 2,
  temperature: 0.1,
  learningRate: 0.01,
  regularization: 0,
};

/**
 * Trains LightGCN on the dependencies of Debian's packages, measures it and recommends: the same in a worker, in a page and in Node.
 * @throws the signal's reason when it aborts, after the checkpoint was handed over
 */
export async function experiment(plan: Plan = {}, onlooker: Onlooker = {}): Promise<Result> {
  const { epochs = 2, example = EXAMPLE, resumeFrom } = plan;
  const backend = await useBackend(plan.backend);
  onlooker.onBackend?.(backend);
  const before = heap().memory.buffer;
  const bytesBefore = before.byteLength;

  const { parts, items } = await load();
  const model = new LightGCN({ ...MODEL, epochs });
  const trained: Epoch[] = [];
  try {
    await model.fit(parts.train, {
      signal: onlooker.signal,
      validation: { data: parts.validation },
      resumeFrom,
      checkpoint: ({ file }) => onlooker.onCheckpoint?.(file),
      onProgress: (progress) => onlooker.onProgress?.(progress),
      onEpoch(epoch) {
        trained.push(epoch);
        onlooker.onEpoch?.(epoch);
      },
    });
    const { metrics } = await evaluate(model, parts.test, { signal: onlooker.signal });
    return {
      backend: backendInfo(),
      isIsolated: globalThis.crossOriginIsolated,
      epochs: trained,
      metrics,
      users: model.users.size,
      items: model.items.size,
      trainedOn: parts.train.length,
      example,
      history: itemsOf(parts.train, example),
      recommendations: recommend(model, parts, items, example),
      scores: model.scores(example),
      file: model.save(),
      heapGrew: heap().memory.buffer.byteLength > bytesBefore,
      bufferDetached: before.byteLength === 0,
    };
  } finally {
    model.dispose();
  }
}

/** The scores that a saved model gives all items for a package. */
export function scoresOf(file: Uint8Array, example: string): Float32Array {
  const model = LightGCN.load(file);
  try {
    return model.scores(example);
  } finally {
    model.dispose();
  }
}

interface Parts {
  readonly train: Interactions;
  readonly validation: Interactions;
  readonly test: Interactions;
}

async function load(): Promise<{ items: Items; parts: Parts }> {
  const tables = await debianDependencies();
  const { data } = await readInteractions(tables.interactions, { name: "interactions.tsv" });
  const items = await readItems(tables.items, { name: "items.tsv" });
  const { train, validation, test } = split(data, { by: "random", validation: 0.05, test: 0.2 });
  return { items, parts: { train, validation: validation as Interactions, test } };
}

function recommend(
  model: LightGCN,
  { validation, test }: Parts,
  { vocabulary, titles }: Items,
  example: string,
): Recommendation[] {
  const heldOut = new Set([...itemsOf(validation, example), ...itemsOf(test, example)]);
  const { items, scores } = model.recommend(example, { k: K, excludeSeen: true });
  return items.map(String).map((item, rank) => ({
    item,
    title: titles?.[vocabulary.indexOf(item)] ?? "",
    isHeldOut: heldOut.has(item),
    score: scores[rank],
    reasons: model
      .explain(example, item)
      .slice(0, 3)
      .map((reason) => String(reason.item)),
  }));
}

function itemsOf(data: Interactions, user: string): string[] {
  return Array.from(data.itemsOf(data.users.indexOf(user)), (item) => String(data.items.id(item)));
}
