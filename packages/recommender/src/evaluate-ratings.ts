import { checkNames, OptionError } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import { mae, rmse } from "@kith/metrics";
import { breathe } from "./breathe.ts";
import { checkInteractions } from "./check-interactions.ts";
import type { UserItemRecommender } from "./user-item-recommender.ts";

export interface EvaluateRatingsOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How near predicted ratings are to those given. */
export interface RatingEvaluation {
  readonly protocol: "ratings";
  /** `rmse` and `mae`, in the unit of the ratings, over the ratings that were measured. */
  readonly metrics: Readonly<Record<"rmse" | "mae", number>>;
  /** Ratings that were measured. */
  readonly ratings: number;
  /** Ratings of users that the model does not know, or else of items that it does not know: they are left out. */
  readonly unknownUsers: number;
  readonly unknownItems: number;
  /** Squared error of each rating measured, in the order of the test data: for significance tests. */
  readonly squaredErrors: Float64Array;
}

/** Longest time between two turns of the event loop. */
const TURN = 50;

/**
 * Predicts held-out ratings, within the range of those that training has seen, and measures how far off that is.
 * @param test with values; may have vocabularies of its own
 * @throws NotSupportedError for a model whose scores are no ratings
 * @throws OptionError when there are no values, or no rating of a known user and item
 */
export async function evaluateRatings(
  model: UserItemRecommender,
  test: Interactions,
  options: EvaluateRatingsOptions = {},
): Promise<RatingEvaluation> {
  const name = "evaluateRatings";
  checkNames(name, options, ["signal"]);
  checkInteractions(name, "test", test);
  const { value } = test;
  if (!value) throw new OptionError(name, "test", "must have values, the ratings; these have none");
  const [knownUser, knownItem] = [test.users, test.items].map((vocabulary, side) => {
    const known = side === 0 ? model.users : model.items;
    return Array.from({ length: vocabulary.size }, (_, n) => known.has(vocabulary.id(n)));
  });
  const rows = new Map<number, number[]>();
  let [unknownUsers, unknownItems] = [0, 0];
  for (let row = 0; row < test.length; row++) {
    const [user, item] = [test.user[row], test.item[row]];
    if (!knownUser[user]) unknownUsers++;
    else if (!knownItem[item]) unknownItems++;
    else {
      const own = rows.get(user);
      if (own) own.push(row);
      else rows.set(user, [row]);
    }
  }
  if (rows.size === 0)
    throw new OptionError(
      name,
      "test",
      "must have ratings of users and items that the model knows",
    );
  const predicted = new Float64Array(test.length);
  let turn = performance.now();
  for (const [user, own] of rows) {
    const items = own.map((row): Id => test.items.id(test.item[row]));
    model.predict(test.users.id(user), items).forEach((rating, n) => {
      predicted[own[n]] = rating;
    });
    if (performance.now() - turn < TURN) continue;
    await breathe();
    options.signal?.throwIfAborted();
    turn = performance.now();
  }
  const measured = [...rows.values()].flat().sort((a, b) => a - b);
  const given = measured.map((row) => value[row]);
  const found = measured.map((row) => predicted[row]);
  return {
    protocol: "ratings",
    metrics: { rmse: rmse(given, found), mae: mae(given, found) },
    ratings: measured.length,
    unknownUsers,
    unknownItems,
    squaredErrors: Float64Array.from(given, (rating, n) => (rating - found[n]) ** 2),
  };
}
