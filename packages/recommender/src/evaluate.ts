import { OptionError, scope } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import { type Metric, metricNames, parseMetric } from "@kith/metrics";
import { breathe } from "./breathe.ts";
import { NO_ITEM } from "./top-k.ts";
import type { UserItemRecommender } from "./user-item-recommender.ts";

export interface EvaluateOptions {
  /** Metric keys: recall@k, recall-min@k, precision@k, hit-rate@k, ndcg@k, map@k, mrr@k, coverage@k. Default recall@20 and ndcg@20. */
  readonly metrics?: readonly string[];
  /** Do not rank what the user has in the training data. Default true. */
  readonly excludeSeen?: boolean;
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
  /** Users of the test data that the model does not know, and that were left out. */
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
  const { metrics: keys = DEFAULT_METRICS, excludeSeen = true, signal, onProgress } = options;
  const started = performance.now();
  const wanted = parseMetrics(keys);
  const k = Math.max(...wanted.map((metric) => metric.k));
  const heldOut = heldOutItems(model, test);
  if (heldOut.users.length === 0)
    throw new OptionError(
      "evaluate",
      "test",
      `must have interactions of users that the model knows, got ${heldOut.unknownUsers} users that it does not`,
    );

  const perUser = wanted.map(() => new Float64Array(heldOut.users.length));
  const recommended = wanted.map(() => new Uint8Array(model.items.size));
  const isRelevant = new Uint8Array(model.items.size);
  const depth = Math.min(k + 1, model.items.size);
  const hits = new Uint8Array(Math.min(k, depth));
  let ties = 0;
  const most = Math.max(48, Math.min(4096, Math.floor(WORK / (model.items.size * 64))));
  let chunk = Math.min(256, most);
  for (let begin = 0; begin < heldOut.users.length; ) {
    const turn = performance.now();
    const ids = heldOut.users.slice(begin, begin + chunk);
    const masks = ids.map((id) => (excludeSeen ? model.seenItems(id) : new Uint32Array(0)));
    const best = scope(() => model.topItems(ids, masks, depth));
    for (let r = 0; r < ids.length; r++) {
      const { items, count } = heldOut.of(begin + r);
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
    onProgress?.(begin / heldOut.users.length);
    const fitting = Math.floor((chunk * TURN) / (performance.now() - turn));
    chunk = Math.max(48, Math.min(most, fitting));
    await breathe();
    signal?.throwIfAborted();
  }

  const total = (values: ArrayLike<number>) =>
    Array.prototype.reduce.call<
      ArrayLike<number>,
      [(a: number, b: number) => number, number],
      number
    >(values, (sum, value) => sum + value, 0);
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
    users: heldOut.users,
    unknownUsers: heldOut.unknownUsers,
    unknownItems: heldOut.unknownItems,
    tieRate: ties / heldOut.users.length,
    seconds: (performance.now() - started) / 1000,
  };
}

type Wanted =
  | ({ kind: "user" } & Metric)
  | { kind: "catalogue"; key: string; k: number; formula: string };

/**
 * Reads metric keys, to refuse wrong ones before hours of work.
 * @throws OptionError naming the first that is unknown
 */
export function parseMetrics(keys: readonly string[]): Wanted[] {
  if (keys.length === 0)
    throw new OptionError("evaluate", "metrics", "must name at least one metric, got none");
  return keys.map(parse);
}

function parse(key: string): Wanted {
  const k = /^coverage@([1-9]\d*)$/.exec(key)?.[1];
  if (k)
    return {
      kind: "catalogue",
      key,
      k: Number(k),
      formula: `share of all items that are among the first ${k} of at least one user`,
    };
  try {
    return { kind: "user", ...parseMetric(key) };
  } catch {
    throw new OptionError(
      "evaluate",
      "metrics",
      `must be like recall@20: one of ${[...metricNames, "coverage"].join(", ")} at a whole number, got ${JSON.stringify(key)}`,
    );
  }
}

interface HeldOut {
  readonly users: readonly Id[];
  readonly unknownUsers: number;
  readonly unknownItems: number;
  /** Dense numbers of the held-out items that the model knows, and the number of all. */
  of(index: number): { items: Uint32Array; count: number };
}

/** The test data in the model's numbers, users without held-out items left out. */
function heldOutItems(model: UserItemRecommender, test: Interactions): HeldOut {
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
    if (!model.users.has(id)) {
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
