import type { Features, Sequences } from "@kith/data";
import { Eges, Item2Vec, type Item2VecOptions, Node2Vec } from "@kith/embeddings-w2v";
import { ItemMatrixFactorization, type ItemMatrixFactorizationOptions } from "@kith/models-cf";
import type { ItemRecommender } from "@kith/recommender";
import { countWindowPairs } from "@kith/sampling";
import { popularityScorer } from "../pair-scorers.ts";
import type { ArticleSplit } from "./article-split.ts";
import { type Measured, measured, type Told, told } from "./measured.ts";
import { type OtherScores, otherScores } from "./other-scores.ts";

/** What the article gave gensim and its own code. */
const SKIP_GRAM = { dim: 128, window: 5, negatives: 5, epochs: 5, subsample: 1e-3 } as const;

/** What all implementations are given. */
export interface Given {
  readonly split: ArticleSplit;
  /** Over the training pairs: all models of sequences read the same ones. */
  readonly walks: Sequences;
  readonly walksPerNode: number;
  readonly walkLength: number;
  readonly seed: number;
}

/** One of the article's implementations. */
export interface Implementation extends Measured {
  /** Its number in the article. */
  readonly number: string;
  readonly name: string;
  /** What it goes through so many of in a second. */
  readonly unit: "words" | "pairs";
  readonly dot?: OtherScores["dot"];
  readonly target?: OtherScores["target"];
}

/** How to run one, by a short name. */
export type Runs = Readonly<Record<string, () => Promise<Implementation>>>;

/** Those that need pairs alone. */
export function onPairs(given: Given): Runs {
  const { split, walks, walksPerNode, walkLength, seed } = given;
  const { subsample: _, ...options } = SKIP_GRAM;
  const walk = { walksPerNode, walkLength, p: 0.5, q: 2, seed };
  return {
    matrix: () => matrix(given, "1", {}),
    matrixWithBiases: () => matrix(given, "2", { biases: true }),
    node2vec: () =>
      words("3", "node2vec", new Node2Vec({ ...options, ...walk }), split.train, split),
    cbow: () => item2vec(given, "4", "word2vec (CBOW)", { mode: "cbow" }),
    skipGram: () => item2vec(given, "5", "skip-gram", { mode: "plain" }),
    matrixOnWalks: () => matrix(given, "7", { biases: true, epochs: SKIP_GRAM.epochs }, walks),
  };
}

/** Those with side information. */
export function withSideInformation(given: Given, features: Features): Runs {
  const { subsample: _, ...options } = SKIP_GRAM;
  const eges = async (number: string, name: string, attention: boolean) => {
    const model = new Eges({ ...options, attention, seed: given.seed });
    const result = await measured(model, { graph: given.walks, features }, given.split);
    model.dispose();
    return { number, name, unit: "words" as const, ...result };
  };
  return {
    equalWeights: () => eges("6a", "skip-gram with side information, equal weights", false),
    learnedWeights: () => eges("6b", "skip-gram with side information, learned weights", true),
  };
}

/** What ranking by popularity gives: no model at all. */
export async function popularity(
  split: ArticleSplit,
): Promise<Record<"all" | "seen" | "unseen", Told>> {
  const { all, seen, unseen } = await told(popularityScorer(split.train, split.all.items), split);
  return { all, seen, unseen: unseen as Told }; // it knows all items
}

function item2vec(
  { walks, split, seed }: Given,
  number: string,
  name: string,
  options: Item2VecOptions,
) {
  return words(number, name, new Item2Vec({ ...SKIP_GRAM, ...options, seed }), walks, split);
}

async function words<Data>(
  number: string,
  name: string,
  model: ItemRecommender<Data>,
  data: Data,
  split: ArticleSplit,
): Promise<Implementation> {
  const result = await measured(model, data, split);
  const scores = await otherScores(model, split);
  model.dispose();
  return { number, name, unit: "words", ...result, ...scores };
}

async function matrix(
  { split, seed }: Given,
  number: string,
  options: ItemMatrixFactorizationOptions,
  walks?: Sequences,
): Promise<Implementation> {
  const model = new ItemMatrixFactorization({ weighted: false, ...options, seed });
  const perEpoch = walks ? countWindowPairs(walks) : 2 * split.train.length;
  const result = await measured(model, walks ?? split.train, split, perEpoch);
  model.dispose();
  const name = `MF${options.biases ? " with biases" : ""} on ${walks ? "walks" : "pairs"}`;
  return { number, name, unit: "pairs", ...result };
}
