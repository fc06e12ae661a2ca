import type { Id } from "@kith/data";
import { UserItemRecommender } from "@kith/recommender";
import { UsageError } from "../errors.ts";
import type { AnyModel } from "../families/family.ts";

/** What is drawn of. */
export interface Embedded {
  readonly ids: readonly Id[];
  readonly vectors: Float32Array;
  readonly dim: number;
  /** How many users have each item, or items each user has, where the model knows. */
  readonly weights: Float64Array | undefined;
}

/**
 * The vectors of a model's items or users.
 * @throws UsageError for users of a model that has none
 */
export function embeddingsOf(model: AnyModel, of: "items" | "users", name: string): Embedded {
  const byUser = model instanceof UserItemRecommender ? model : undefined;
  if (of === "users" && !byUser)
    throw new UsageError(`--of users is for models of users and items; this one is ${name}`);
  const { shape, data } =
    of === "users" ? (byUser as UserItemRecommender).userEmbeddings() : model.itemEmbeddings();
  const ids = (of === "users" ? (byUser as UserItemRecommender).users : model.items).ids();
  const histories = byUser?.users.ids().map((user) => byUser.seenItems(user));
  let weights: Float64Array | undefined;
  if (of === "users") weights = histories && Float64Array.from(histories, ({ length }) => length);
  else if (histories) {
    weights = new Float64Array(ids.length);
    for (const history of histories) for (const item of history) weights[item]++;
  }
  return { ids, vectors: data, dim: shape[1], weights };
}

/** Numbers of the points to draw, the weightiest first. */
export function chosen(weights: Float64Array | undefined, size: number, limit: number): number[] {
  const order = Array.from({ length: size }, (_, n) => n);
  if (weights) order.sort((a, b) => weights[b] - weights[a] || a - b);
  return order.slice(0, limit);
}

/** Some of the vectors, in that order. */
export function rowsOf(vectors: Float32Array, dim: number, rows: readonly number[]): Float32Array {
  const some = new Float32Array(rows.length * dim);
  rows.forEach((row, n) => {
    some.set(vectors.subarray(row * dim, (row + 1) * dim), n * dim);
  });
  return some;
}
