import type { Interactions } from "@kith/data";
import { evaluate } from "./evaluate.ts";
import { evaluateRatings } from "./evaluate-ratings.ts";
import type { MeasureOptions } from "./measurable.ts";
import { isRatingMetric } from "./rating-metrics.ts";
import type { UserItemRecommender } from "./user-item-recommender.ts";

/** Measures what is asked for: by ranking all items, by predicting ratings, or both. Metrics come in the order in which they were asked for. */
export async function measureUsersItems(
  model: UserItemRecommender,
  test: Interactions,
  { metrics: keys = model.defaultMetrics, signal }: MeasureOptions,
): Promise<{ readonly metrics: Readonly<Record<string, number>> }> {
  const ranking = keys.filter((key) => !isRatingMetric(key));
  const found: Record<string, number> = {};
  if (ranking.length > 0)
    Object.assign(found, (await evaluate(model, test, { metrics: ranking, signal })).metrics);
  if (ranking.length < keys.length)
    Object.assign(found, (await evaluateRatings(model, test, { signal })).metrics);
  return { metrics: Object.fromEntries(keys.map((key) => [key, found[key]])) };
}
