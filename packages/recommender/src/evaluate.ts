import { checkNames, OptionError, scope } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import { breathe } from "./breathe.ts";
import { checkInteractions } from "./check-interactions.ts";
import { heldOut } from "./held-out.ts";
import { parseMetrics } from "./metric-keys.ts";
import { NO_ITEM } from "./top-k.ts";
import { union } from "./union.ts";
import type { Profile, UserItemRecommender, UserQuery } from "./user-item-recommender.ts";

export interface EvaluateOptions {
  /** Metric keys: recall@k, recall-min@k, precision@k, hit-rate@k, ndcg@k, map@k, mrr@k, coverage@k. Default recall@20 and ndcg@20. */
  readonly metrics?: readonly string[];
  /** Do not rank what the user has in the training data. Default true. */
  readonly excludeSeen?: boolean;
  /** More interactions whose items are not ranked for their users, such as the validation part when the test part is measured. */
  readonly exclude?: Interactions | undefined;
  /**
   * Histories of the test data's users, where training has not seen these: each is asked for by `foldIn` of their items here, and those without any are left out.
   * Default: users are asked for by their ids.
   */
  readonly foldIn?: Interactions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second with the share that is done. */
  readonly onProgress?: (done: number) => void;
}

/** How a model ranks held-out items, averaged over users, with what is needed to compare two models. */
export interface Evaluation {
  /** How it was measured. */
  readonly protocol: "full ranking";
  /** By metric key: the mean over users, and the catalogue's share for coverage. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What each key means. */
  readonly formulas: Readonly<Record<string, string>>;
  /** Per-user values, in the order of `users`: for significance tests. */
  readonly perUser: Readonly<Record<string, Float64Array>>;
  /** The users that were measured. */
  readonly users: readonly Id[];
  /** Users of the test data that the model does not know, or that have no history to fold in, and that were left out. */
  readonly unknownUsers: number;
  /** Held-out pairs whose item the model does not know: they count as not found. */
  readonly unknownItems: number;
  /** Share of users for whom the last item within the largest k ties with the first one beyond; ties rank by position in the catalogue. */
  readonly tieRate: number;
  readonly seconds: number;
}

export const DEFAULT_METRICS: readonly string[] = ["recall@20", "ndcg@20"];

/** Most multiply-adds between two turns of the event loop, for scores that are products of 64 factors: about 50 ms. */
const WORK = 2 ** 31;
const NOTHING = new Uint32Array(0);
/** Time between two turns that users are then taken by: models differ in what one costs. */
const TURN = 50;

/**
 * Ranks all items for each user of the test data and measures where the held-out ones stand. The scores of all users × items never
 * exist: memory does not grow with the number of users.
 * @param test may have vocabularies of its own
 * @throws OptionError for an unknown metric, or when no user of the test data is known
 */
export async function evaluate(
  model: UserItemRecommender,
  test: Interactions,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkNames("evaluate", options, [
    "metrics",
    "excludeSeen",
    "exclude",
    "foldIn",
    "signal",
    "onProgress",
  ]);
  if (typeof model?.topItems !== "function")
    throw new OptionError("evaluate", "model", "must be a fitted model; the test data come second");
  checkInteractions("evaluate", "test", test);
  const {
    metrics: keys = DEFAULT_METRICS,
    excludeSeen = true,
    exclude,
    foldIn,
    signal,
    onProgress,
  } = options;
  if (foldIn) checkInteractions("evaluate", "foldIn", foldIn);
  const started = performance.now();
  const wanted = parseMetrics(keys);
  const k = Math.max(...wanted.map((metric) => metric.k));
  const profiles = foldIn && profilesOf(model, foldIn);
  const wantedItems = heldOut(model, test, profiles && ((user) => profiles.has(String(user))));
  const { users } = wantedItems;
  if (users.length === 0)
    throw new OptionError(
      "evaluate",
      "test",
      `must have interactions of users that ${foldIn ? "have a history" : "the model knows"}, got ${wantedItems.unknownUsers} users that ${foldIn ? "have none" : "it does not"}`,
    );

  const alsoLeftOut = itemsByUser(model, exclude);
  const perUser = wanted.map(() => new Float64Array(users.length));
  const recommended = wanted.map(() => new Uint8Array(model.items.size));
  const isRelevant = new Uint8Array(model.items.size);
  const depth = Math.min(k + 1, model.items.size);
  const hits = new Uint8Array(Math.min(k, depth));
  let ties = 0;
  const most = Math.max(48, Math.min(4096, Math.floor(WORK / (model.items.size * 64))));
  let chunk = Math.min(256, most);
  for (let begin = 0; begin < users.length; ) {
    const turn = performance.now();
    const ids = users.slice(begin, begin + chunk);
    const queries: UserQuery[] = profiles
      ? ids.map((id) => profiles.get(String(id)) as Profile)
      : ids;
    const masks = ids.map((id, r) =>
      union(excludeSeen ? model.seenItems(queries[r]) : NOTHING, alsoLeftOut(id)),
    );
    const best = scope(() => model.topItems(queries, masks, depth));
    for (let r = 0; r < ids.length; r++) {
      const { items, count } = wantedItems.of(begin + r);
      for (const item of items) isRelevant[item] = 1;
      const list = best.items.subarray(r * depth, (r + 1) * depth);
      for (let j = 0; j < hits.length; j++) hits[j] = list[j] === NO_ITEM ? 0 : isRelevant[list[j]];
      if (
        k < depth &&
        list[k] !== NO_ITEM &&
        best.scores[r * depth + k - 1] === best.scores[r * depth + k]
      )
        ties++;
      wanted.forEach((metric, m) => {
        if (metric.kind === "user") perUser[m][begin + r] = metric.ofHits(hits, count);
        else
          for (let j = 0; j < Math.min(metric.k, depth); j++)
            if (list[j] !== NO_ITEM) recommended[m][list[j]] = 1;
      });
      for (const item of items) isRelevant[item] = 0;
    }
    begin += ids.length;
    onProgress?.(begin / users.length);
    const fitting = Math.floor((chunk * TURN) / (performance.now() - turn));
    chunk = Math.max(48, Math.min(most, fitting));
    await breathe();
    signal?.throwIfAborted();
  }

  return {
    protocol: "full ranking",
    metrics: Object.fromEntries(
      wanted.map((metric, m) => [
        metric.key,
        metric.kind === "user"
          ? total(perUser[m]) / perUser[m].length
          : total(recommended[m]) / model.items.size,
      ]),
    ),
    formulas: Object.fromEntries(wanted.map(({ key, formula }) => [key, formula])),
    perUser: Object.fromEntries(
      wanted.flatMap((metric, m) => (metric.kind === "user" ? [[metric.key, perUser[m]]] : [])),
    ),
    users,
    unknownUsers: wantedItems.unknownUsers,
    unknownItems: wantedItems.unknownItems,
    tieRate: ties / users.length,
    seconds: (performance.now() - started) / 1000,
  };
}

/** By user what the model makes of the items that it knows of their history; users without any have none. */
function profilesOf(model: UserItemRecommender, histories: Interactions): Map<string, Profile> {
  const { users, of } = heldOut(model, histories, () => true);
  const profiles = new Map<string, Profile>();
  users.forEach((user, n) => {
    const items = Array.from(of(n).items, (item) => model.items.id(item));
    if (items.length > 0) profiles.set(String(user), model.foldIn(items));
  });
  return profiles;
}

/** For each user the model's numbers of the items they have in some interactions. */
function itemsByUser(
  model: UserItemRecommender,
  interactions: Interactions | undefined,
): (user: Id) => Uint32Array {
  if (!interactions) return () => NOTHING;
  const { users, of } = heldOut(model, interactions);
  const index = new Map(users.map((user, n) => [String(user), n]));
  return (user) => {
    const n = index.get(String(user));
    return n === undefined ? NOTHING : of(n).items.sort();
  };
}

function total(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}
