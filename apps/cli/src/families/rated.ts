import type { RatingEvaluation } from "@kith/recommender";
import { count } from "../words.ts";
import type { Measured } from "./family.ts";

/** How far off predicted ratings were, for people and for JSON. */
export function rated(found: RatingEvaluation, metrics: readonly string[]): Measured {
  const asked = Object.fromEntries(
    Object.entries(found.metrics).filter(([key]) => metrics.includes(key)),
  );
  const { ratings: measuredRatings, unknownUsers, unknownItems } = found;
  const left = unknownUsers + unknownItems;
  return {
    metrics: asked,
    subject: count(measuredRatings, "rating"),
    fields: { metrics: asked, protocol: found.protocol, measuredRatings, unknownRatings: left },
    notes:
      left > 0
        ? [
            `${count(left, "rating")} of users or items that the model does not know ${left === 1 ? "is" : "are"} left out of rmse and mae`,
          ]
        : [],
    formulas: {
      rmse: "√ of the mean squared error of the ratings",
      mae: "mean absolute error of the ratings",
    },
  };
}

/** A ranking and errors of ratings in one, metrics in the order asked for. */
export function both(ranking: Measured, errors: Measured, keys: readonly string[]): Measured {
  const all: Readonly<Record<string, number>> = { ...ranking.metrics, ...errors.metrics };
  const metrics = Object.fromEntries(keys.map((key) => [key, all[key]]));
  const { measuredRatings, unknownRatings } = errors.fields;
  return {
    ...ranking,
    metrics,
    subject: `${ranking.subject}, ${errors.subject}`,
    fields: { ...ranking.fields, metrics, measuredRatings, unknownRatings },
    notes: [...ranking.notes, ...errors.notes],
    formulas: { ...ranking.formulas, ...errors.formulas },
  };
}
