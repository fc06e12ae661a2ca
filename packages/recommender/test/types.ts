// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import type { Interactions, ItemPairs, Sequences } from "@kith/data";
import {
  type Epoch,
  type Evaluation,
  evaluate,
  evaluatePairs,
  type ItemQuery,
  type ItemRecommender,
  type PairEvaluation,
  type Ranking,
  type Reason,
  type Recommender,
  type Scores,
  type StoredTensor,
  UserItemRecommender,
  type UserQuery,
} from "../src/index.ts";

declare const data: Interactions;
declare const model: UserItemRecommender;
declare const pairs: ItemPairs;
declare const sequences: Sequences;
declare const itemModel: ItemRecommender<Sequences>;

// Right uses.
void (model.fit(data) satisfies Promise<UserItemRecommender>);
void model.fit(data, { signal: AbortSignal.timeout(5), onEpoch: ({ loss }: Epoch) => loss });
void model.fit(data, { validation: { data, metrics: ["recall@20"], patience: 3 } });
model.recommend("ann", { k: 3, exclude: ["tea"], allow: new Set([1, 2]) }) satisfies Ranking;
model.recommendBatch(["ann", 7, model.foldIn(["tea"])]) satisfies Ranking[];
model.explain("ann", "tea") satisfies Reason[];
model.save() satisfies Uint8Array;
void (evaluate(model, data) satisfies Promise<Evaluation>);
void (model.measure(data) satisfies Promise<{ metrics: Readonly<Record<string, number>> }>);
void itemModel.fit(sequences, { validation: { data: pairs, metrics: ["auc"], patience: 2 } });
itemModel.recommend("tea").items satisfies unknown[];
itemModel.scores(itemModel.foldIn(["tea", "milk"])) satisfies Float32Array;
void (evaluatePairs(itemModel, pairs) satisfies Promise<PairEvaluation>);
const families: [
  Recommender<Interactions, UserQuery>,
  Recommender<Sequences, ItemQuery, ItemPairs>,
] = [model, itemModel];
families satisfies unknown[];

// @ts-expect-error misspelt option
model.recommend("ann", { top: 3 });
// @ts-expect-error a count, not a text
model.recommend("ann", { k: "3" });
// @ts-expect-error items, not one item
model.recommend("ann", { exclude: 7 });
// @ts-expect-error a history is a list of items
model.foldIn(7);
// @ts-expect-error data is Interactions, not rows
void model.fit([["ann", "tea"]]);
// @ts-expect-error misspelt option
void model.fit(data, { onEpochs: () => undefined });
// @ts-expect-error validation needs data
void model.fit(data, { validation: { patience: 3 } });
// @ts-expect-error metrics are a list
void evaluate(model, data, { metrics: "recall@20" });
// @ts-expect-error a model of items is measured on pairs
void itemModel.fit(sequences, { validation: { data } });
// @ts-expect-error a model of users is measured on interactions
void model.fit(data, { validation: { data: pairs } });
// @ts-expect-error it learns from sequences
void itemModel.fit(pairs);
// @ts-expect-error a set is made by foldIn
itemModel.recommend(["tea", "milk"]);
// @ts-expect-error users are not ranked by pairs
void evaluatePairs(model, pairs);
// @ts-expect-error a model's name cannot be changed
model.name = "other";
// @ts-expect-error the contract cannot be made
new UserItemRecommender();

// @ts-expect-error a model must say what it learned
class Incomplete extends UserItemRecommender {
  readonly name = "Incomplete";
  readonly options = {};
  async *train(): AsyncGenerator<Epoch, void, void> {}
  protected scoreSubjects(): Scores {
    throw new Error();
  }
  protected adoptTensors(): void {}
  dispose(): void {}
}
Incomplete satisfies unknown;

// @ts-expect-error no file holds numbers of 64 bits
const stored: StoredTensor = { shape: [1], data: new BigInt64Array(1) };
stored satisfies unknown;
