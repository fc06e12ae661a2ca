import { recommenderContract } from "@kith/contract-test";
import { ItemKNN, Popularity } from "@kith/models-cf";

recommenderContract("ItemKNN", {
  make: (options) => new ItemKNN({ ...options }),
  load: ItemKNN.load,
  isRandom: false,
});

recommenderContract("ItemKNN with few neighbours and shrinkage", {
  make: (options) => new ItemKNN({ neighbours: 9, shrinkage: 5, ...options }),
  load: ItemKNN.load,
  isRandom: false,
});

const alike = "it scores everybody alike";
recommenderContract("Popularity", {
  make: (options) => new Popularity({ ...options }),
  load: Popularity.load,
  isRandom: false,
  skips: {
    "finds the withheld item of every user": alike,
    "finds it for histories of users it was not trained on": alike,
    "finds the withheld items in whatever order the rows come": alike,
    "keeps nothing of an earlier training when it refuses data": alike,
    "refuses an empty history": "it is the model that answers for newcomers without one",
    "finds similar items of the same colour": "it knows nothing of similar items, and says so",
    "explains by items of the history alone, most important first":
      "no item of a history speaks for another, and it says so",
  },
});
