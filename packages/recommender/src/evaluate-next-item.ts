import {
  checkNames,
  HeapIndices,
  kernels,
  OptionError,
  Rng,
  scope,
  Tensor,
} from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import { rankFromCounts, type TiePolicy } from "@kith/metrics";
import { breathe } from "./breathe.ts";
import { checkSequences } from "./check-sequences.ts";
import { parseMetrics } from "./metric-keys.ts";
import type { SessionRecommender, SessionStates } from "./session-recommender.ts";

export interface EvaluateNextItemOptions {
  /** Metric keys: recall@k, mrr@k, ndcg@k, hit-rate@k, precision@k, map@k, recall-min@k. One item is relevant each time. Default recall@20 and mrr@20. */
  readonly metrics?: readonly string[];
  /**
   * Where the item stands among those with exactly its score: "pessimistic" behind them, as GRU4Rec's authors have it by default ("conservative"), "optimistic" before them
   * ("standard"), "mean" in their middle ("median"), "random" anywhere ("tiebreaking"). Default "pessimistic".
   */
  readonly ties?: TiePolicy;
  /** Do not rank the items that the session has had. Default false: people come back to items. */
  readonly excludeSeen?: boolean;
  /** Of the ties that are "random". Default 42. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second with the share that is done. */
  readonly onProgress?: (done: number) => void;
}

/** How well a model foretells the next item of sessions. */
export interface NextItemEvaluation {
  readonly protocol: "next item, full ranking";
  /** By metric key: the mean over events. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What each key means. */
  readonly formulas: Readonly<Record<string, string>>;
  /** The value of each event, in the order of the test data: for significance tests. */
  readonly perEvent: Readonly<Record<string, Float64Array>>;
  /** The first event of each session of the test data, and their number in the end: events of a session are not independent. */
  readonly firstEvents: Uint32Array;
  /** Items that were asked for: every one but the first of each session. */
  readonly events: number;
  /** Sessions that they are of. */
  readonly sessions: number;
  /** Clicks on items that the model does not know: they were left out of their sessions. */
  readonly unknownItems: number;
  /** Sessions that had fewer than two clicks left, and were left out. */
  readonly sessionsLeftOut: number;
  readonly ties: TiePolicy;
  /** Share of events whose item ties with others. */
  readonly tieRate: number;
  readonly seconds: number;
}

export const NEXT_ITEM_METRICS: readonly string[] = ["recall@20", "mrr@20"];

const TIES: readonly TiePolicy[] = ["optimistic", "pessimistic", "mean", "random"];
/** Sessions that are followed side by side, and the scores held at a time. */
const LANES = 256;
const SCORES = 2 ** 22;
/** Longest time between two turns of the event loop. */
const TURN = 50;

/**
 * Refuses what `evaluateNextItem` could not measure.
 * @throws OptionError for an unknown metric or test data of another kind
 */
export function checkNextItem(
  test: Sequences,
  metrics: readonly string[] = NEXT_ITEM_METRICS,
): void {
  checkSequences("evaluateNextItem", "test", test);
  for (const metric of parseMetrics(metrics))
    if (metric.kind !== "user")
      throw new OptionError(
        "evaluateNextItem",
        "metrics",
        `must be of one event, such as recall@20, got ${metric.key}`,
      );
}

/**
 * Follows each test session and asks after every click but the last which item comes next: all items that the model knows are ranked, those of the session included.
 * Sessions of any length and number are measured to the end.
 * @param test may have a vocabulary of its own; items that the model does not know are left out of their sessions
 * @throws OptionError for an unknown metric or policy, or when no session has two known items
 */
export async function evaluateNextItem(
  model: SessionRecommender,
  test: Sequences,
  options: EvaluateNextItemOptions = {},
): Promise<NextItemEvaluation> {
  const owner = "evaluateNextItem";
  checkNames(owner, options, ["metrics", "ties", "excludeSeen", "seed", "signal", "onProgress"]);
  if (typeof model?.beginSessions !== "function")
    throw new OptionError(
      owner,
      "model",
      "must be a fitted model of sessions; the test data come second",
    );
  const { metrics: keys = NEXT_ITEM_METRICS, ties = "pessimistic", excludeSeen = false } = options;
  const { seed = 42, signal, onProgress } = options;
  checkNextItem(test, keys);
  if (!TIES.includes(ties))
    throw new OptionError(owner, "ties", `must be one of ${TIES.join(", ")}, got ${ties}`);
  const started = performance.now();
  const wanted = parseMetrics(keys).filter((metric) => metric.kind === "user");
  const sessions = knownSessions(model, test);
  const { order, offsets, values, firstEvent } = sessions;
  const events = firstEvent[firstEvent.length - 1];
  if (events === 0)
    throw new OptionError(
      owner,
      "test",
      `must have a session with at least two items that the model knows, got ${test.sequences} sessions with none`,
    );

  const perEvent = wanted.map(() => new Float64Array(events));
  const rng = new Rng(seed).fork("ties");
  const draws =
    ties === "random" ? Float64Array.from({ length: events }, () => rng.next()) : undefined;
  const itemCount = model.items.size;
  const lanes = Math.max(1, Math.min(LANES, Math.floor(SCORES / itemCount)));
  let tied = 0;
  let done = 0;
  let turn = performance.now();
  for (let begin = 0; begin < order.length; begin += lanes) {
    const own = order.subarray(begin, begin + lanes); // the longest first
    const states = model.beginSessions(own.length);
    for (let t = 0, active = own.length; ; t++) {
      const lengthOf = (lane: number) => offsets[own[lane] + 1] - offsets[own[lane]];
      while (active > 0 && lengthOf(active - 1) - 1 <= t) active--;
      if (active === 0) break;
      const at = (lane: number) => offsets[own[lane]] + t;
      states.step(Uint32Array.from({ length: active }, (_, lane) => values[at(lane)]));
      const targets = Uint32Array.from({ length: active }, (_, lane) => values[at(lane) + 1]);
      const seen = excludeSeen
        ? Array.from(targets, (_, lane) => values.subarray(offsets[own[lane]], at(lane) + 1))
        : undefined;
      const { above, equal } = countsOf(states, targets, itemCount, seen);
      for (let lane = 0; lane < active; lane++) {
        const event = firstEvent[own[lane]] + t;
        const rank = rankFromCounts(above[lane], equal[lane], ties, () => draws?.[event] ?? 0);
        if (equal[lane] > 0) tied++;
        wanted.forEach((metric, m) => {
          perEvent[m][event] = metric.ofRank(rank);
        });
      }
      done += active;
      if (performance.now() - turn > TURN) {
        onProgress?.(done / events);
        await breathe();
        signal?.throwIfAborted();
        turn = performance.now();
      }
    }
  }
  return {
    protocol: "next item, full ranking",
    metrics: Object.fromEntries(wanted.map(({ key }, m) => [key, meanOf(perEvent[m])])),
    formulas: Object.fromEntries(wanted.map(({ key, formula }) => [key, formula])),
    perEvent: Object.fromEntries(wanted.map(({ key }, m) => [key, perEvent[m]])),
    firstEvents: firstEvent,
    events,
    sessions: order.length,
    unknownItems: sessions.unknownItems,
    sessionsLeftOut: test.sequences - order.length,
    ties,
    tieRate: tied / events,
    seconds: (performance.now() - started) / 1000,
  };
}

/** The sessions in the model's numbers, without the items that it does not know. */
function knownSessions(
  model: SessionRecommender,
  test: Sequences,
): {
  /** Sessions with at least two items, the longest first. */
  readonly order: Uint32Array;
  readonly offsets: Uint32Array;
  readonly values: Uint32Array;
  /** The number of the first event of each session, and of all in the end. */
  readonly firstEvent: Uint32Array;
  readonly unknownItems: number;
} {
  const toModel = test.items.indicesIn(model.items);
  const offsets = new Uint32Array(test.sequences + 1);
  const firstEvent = new Uint32Array(test.sequences + 1);
  const values = new Uint32Array(test.tokens);
  const order: number[] = [];
  let end = 0;
  for (let s = 0; s < test.sequences; s++) {
    for (let t = test.offsets[s]; t < test.offsets[s + 1]; t++) {
      const item = toModel[test.values[t]];
      if (item >= 0) values[end++] = item;
    }
    offsets[s + 1] = end;
    firstEvent[s + 1] = firstEvent[s] + Math.max(0, end - offsets[s] - 1);
    if (end - offsets[s] >= 2) order.push(s);
  }
  const lengthOf = (s: number) => offsets[s + 1] - offsets[s];
  order.sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  return {
    order: Uint32Array.from(order),
    offsets,
    values,
    firstEvent,
    unknownItems: test.tokens - end,
  };
}

/** How many items score above the target of each of the first sessions, and how many others the same. */
function countsOf(
  states: SessionStates,
  targets: Uint32Array,
  items: number,
  seen: readonly Uint32Array[] | undefined,
): { above: Uint32Array; equal: Uint32Array } {
  const rows = targets.length;
  return scope(() => {
    const result = states.scores(Uint32Array.from({ length: rows }, (_, r) => r));
    let values: Tensor;
    if (result.kind === "all") values = result.values;
    else {
      const { queries, items: table } = result;
      values = Tensor.empty([rows, items]);
      const shape = { m: rows, n: items, k: table.columns, transposeB: true };
      kernels().gemm(values.data, queries.data, table.data, shape);
    }
    const { data } = values;
    seen?.forEach((had, r) => {
      for (const item of had) data[r * items + item] = Number.NEGATIVE_INFINITY;
    });
    return rankCounts(values, targets);
  });
}

function rankCounts(
  scores: Tensor,
  targets: Uint32Array,
): { above: Uint32Array; equal: Uint32Array } {
  const rows = targets.length;
  const ids = new HeapIndices(3 * rows);
  try {
    const { data } = ids;
    data.set(targets);
    const [above, equal] = [data.subarray(rows, 2 * rows), data.subarray(2 * rows)];
    kernels().rankCounts(above, equal, scores.data, scores.columns, data.subarray(0, rows));
    return { above: above.slice(), equal: equal.slice() };
  } finally {
    ids.dispose();
  }
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
