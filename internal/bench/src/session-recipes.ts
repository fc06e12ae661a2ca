import {
  GRU4Rec,
  type Gru4RecOptions,
  MarkovChain,
  NARM,
  SessionItemKNN,
  SessionPopularity,
  SPop,
  STAN,
  VSKNN,
} from "@kith/models-rnn";
import type { SessionRecommender } from "@kith/recommender";

/** A model of sessions with the options that it is measured with. */
export interface SessionRecipe {
  readonly name: string;
  readonly make: (seed: number) => SessionRecommender;
}

/** GRU4Rec with a ranking loss: what does well in few epochs here, for our code as for the authors'. */
export const BPR_MAX: Gru4RecOptions = {
  loss: "bpr-max",
  dropoutHidden: 0.2,
  learningRate: 0.1,
};

/** From the simplest to the deepest. */
export const sessionRecipes: readonly SessionRecipe[] = [
  { name: "SessionPopularity", make: () => new SessionPopularity() },
  { name: "S-POP", make: () => new SPop() },
  { name: "item-KNN", make: () => new SessionItemKNN() },
  { name: "Markov chain", make: () => new MarkovChain() },
  { name: "S-KNN", make: () => new VSKNN({ decay: "none", idf: false }) },
  { name: "V-SKNN", make: () => new VSKNN() },
  { name: "STAN", make: () => new STAN() },
  { name: "NARM", make: (seed) => new NARM({ epochs: 7, seed }) },
  { name: "GRU4Rec", make: (seed) => new GRU4Rec({ epochs: 5, seed }) },
  { name: "GRU4Rec, BPR-max", make: (seed) => new GRU4Rec({ ...BPR_MAX, epochs: 5, seed }) },
];
