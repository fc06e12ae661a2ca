import type { Rule } from "@kith/core-tensors";
import { ItemKNN, Popularity } from "@kith/models-cf";
import { LightGCN } from "@kith/models-gnn";
import type { UserItemRecommender } from "@kith/recommender";
import { UsageError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** The options of a model by name: what each must be, and its default. */
export type ModelRules = Readonly<Record<string, Rule<unknown>>>;

/** A class of models as the command line sees it; not by its `name`, which bundlers change. */
export interface ModelType {
  readonly rules: ModelRules;
  load(file: Uint8Array): UserItemRecommender;
  new (options?: object): UserItemRecommender;
}

/** A model that can be asked for by name. */
export interface Model {
  /** What stands behind --model. */
  readonly name: string;
  /** What it is called in papers, model files and messages. */
  readonly title: string;
  readonly description: string;
  readonly type: ModelType;
  /** Whether it learns in epochs: then it has checkpoints and can be resumed. */
  readonly hasEpochs: boolean;
  /** What each of its options does, for --help. */
  readonly help: Readonly<Record<string, string>>;
}

export const MODELS: readonly Model[] = [
  {
    name: "lightgcn",
    title: "LightGCN",
    description: "embeddings smoothed over the graph of users and items (LightGCN)",
    type: LightGCN as unknown as ModelType, // its constructor takes more than `object`, which resolveOptions checks
    hasEpochs: true,
    help: {
      dim: "length of each embedding",
      layers: "propagation steps; 0 is matrix factorisation",
      loss: "bpr (the paper's) or softmax, which needs far fewer epochs",
      epochs: "passes over the data; with softmax 5 to 20 are enough",
      batchSize: "draws per step",
      learningRate: "step size of Adam",
      regularization: "weight of the L2 penalty",
      temperature: "softmax only: cosines are divided by it",
      negatives: "softmax only: items drawn in each step; 0 takes all",
      seed: "same seed and data: same model",
    },
  },
  {
    name: "item-knn",
    title: "ItemKNN",
    description: "items that the same users have: nearest neighbours by cosine",
    type: ItemKNN as unknown as ModelType,
    hasEpochs: false,
    help: {
      neighbours: "items that each item keeps as its most similar ones",
      shrinkage: "pulls similarities that few users attest towards 0",
    },
  },
  {
    name: "popularity",
    title: "Popularity",
    description: "what most users have: the baseline",
    type: Popularity as unknown as ModelType,
    hasEpochs: false,
    help: {},
  },
];

/**
 * A model by the name on the command line or the one in files and papers: case, "-" and "_" do not matter.
 * @throws UsageError naming those there are
 */
export function modelNamed(name: string): Model {
  const found = MODELS.find((model) =>
    [model.name, model.title].some((each) => plain(each) === plain(name)),
  );
  if (found) return found;
  const names = MODELS.map((model) => model.name);
  throw new UsageError(
    `there is no model ${JSON.stringify(name)}${didYouMean(name, names)}; the models are ${names.join(", ")}`,
  );
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}
