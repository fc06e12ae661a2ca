import { itemRecommenderContract } from "../src/index.ts";
import { Smoothing } from "./support/smoothing.ts";

itemRecommenderContract("A model that scores by the cosine", {
  make: (options) => new Smoothing({ ...options }),
  load: Smoothing.load,
  data: (pairs) => pairs,
});

itemRecommenderContract("A model that scores by the dot product of two tables", {
  make: (options) => new Smoothing({ score: "dot", ...options }),
  load: Smoothing.load,
  data: (pairs) => pairs,
});
