// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import type { Interactions, ItemPairs, Sequences } from "@kith/data";
import {
  GMF,
  ItemKNN,
  type ItemKNNOptions,
  ItemMatrixFactorization,
  type ItemMatrixFactorizationOptions,
  MLP,
  NeuMF,
  type NeuMFOptions,
  Popularity,
} from "@kith/models-cf";
import type { UserItemRecommender } from "@kith/recommender";

declare const data: Interactions;
declare const pairs: ItemPairs;
declare const sequences: Sequences;

// Right uses.
const models: UserItemRecommender[] = [new Popularity(), new ItemKNN({ neighbours: 20 })];
export const trained: Promise<ItemKNN> = new ItemKNN().fit(data);
ItemKNN.load(new Uint8Array()).options satisfies Required<ItemKNNOptions>;
Popularity.load(models[0].save()).recommend("u", { k: 3 }).items.length satisfies number;
const factors = new ItemMatrixFactorization({ dim: 16, biases: true, schedule: "restarts" });
factors.options satisfies Required<ItemMatrixFactorizationOptions>;
factors.fit(pairs, { validation: { data: pairs } });
factors.fit(sequences);
factors.recommend(factors.foldIn(["a", "b"])).items.length satisfies number;

const [gmf, mlp] = [new GMF({ dim: 16 }), new MLP({ layers: [32, 16] })];
NeuMF.fromPretrained(gmf, mlp, { alpha: 0.5, optimizer: "sgd" })
  .options satisfies Required<NeuMFOptions>;

// @ts-expect-error GMF first
NeuMF.fromPretrained(mlp, gmf);
// @ts-expect-error the fitted models say how long embeddings are
NeuMF.fromPretrained(gmf, mlp, { dim: 16 });
// @ts-expect-error GMF has no layers
new GMF({ layers: [32, 16] });
// @ts-expect-error the option is called neighbours
new ItemKNN({ k: 20 });
// @ts-expect-error a number
new ItemKNN({ shrinkage: "10" });
// @ts-expect-error there is nothing to choose
new Popularity({ k: 20 });
// @ts-expect-error options cannot be changed
new ItemKNN().options = {};
// @ts-expect-error queries are users or profiles
models[0].recommend(["a", "b"]);
// @ts-expect-error no such schedule
new ItemMatrixFactorization({ schedule: "cosine" });
// @ts-expect-error users × items come later
factors.fit(data);
// @ts-expect-error it is measured on pairs
factors.fit(pairs, { validation: { data } });
