import type { Id, Interactions } from "@kith/data";
import { NO_ITEM } from "./top-k.ts";
import type { UserItemRecommender } from "./user-item-recommender.ts";

/** Interactions of users that a model knows, in its numbers. */
export interface HeldOut {
  /** Those with at least one interaction. */
  readonly users: readonly Id[];
  /** Users with interactions that the model does not know. */
  readonly unknownUsers: number;
  /** Pairs of known users whose item the model does not know. */
  readonly unknownItems: number;
  /** Dense numbers of a user's items that the model knows, and the number of all. */
  of(index: number): { items: Uint32Array; count: number };
}

/**
 * Held-out data, with vocabularies of its own, in the model's numbers.
 * @param knows whether a user can be asked for; by default those of the training data
 */
export function heldOut(
  model: UserItemRecommender,
  test: Interactions,
  knows: (user: Id) => boolean = (user) => model.users.has(user),
): HeldOut {
  const { offsets, items } = test.byUser();
  const toModel = Int32Array.from({ length: test.items.size }, (_, i) =>
    model.items.indexOf(test.items.id(i)),
  );
  const users: Id[] = [];
  const rows: number[] = [];
  let unknownUsers = 0;
  let unknownItems = 0;
  for (let user = 0; user < test.users.size; user++) {
    if (offsets[user] === offsets[user + 1]) continue;
    const id = test.users.id(user);
    if (!knows(id)) {
      unknownUsers++;
      continue;
    }
    users.push(id);
    rows.push(user);
    for (let t = offsets[user]; t < offsets[user + 1]; t++)
      if (toModel[items[t]] < 0) unknownItems++;
  }
  return {
    users,
    unknownUsers,
    unknownItems,
    of(index) {
      const own = items.subarray(offsets[rows[index]], offsets[rows[index] + 1]);
      const known = own.map((item) => toModel[item]).filter((item) => item !== NO_ITEM);
      return { items: known, count: own.length };
    },
  };
}
