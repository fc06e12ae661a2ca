import { checkNames, OptionError, Rng } from "@kith/core-tensors";
import type { Id } from "@kith/data";
import { rankFromCounts, type TiePolicy } from "@kith/metrics";
import { breathe } from "./breathe.ts";
import { parseMetrics } from "./metric-keys.ts";
import type { UserItemRecommender } from "./user-item-recommender.ts";

/** A held-out item of a user, and the items that it is ranked among. */
export interface CandidateRow {
  readonly user: Id;
  readonly item: Id;
  /** Without the held-out item; where it is among them, it stands once. */
  readonly candidates: readonly Id[];
}

export interface EvaluateCandidatesOptions {
  /** Metric keys: hit-rate@k, ndcg@k, mrr@k and the others of a user. One item is relevant each time. Default hit-rate@10 and ndcg@10. */
  readonly metrics?: readonly string[];
  /** Where the held-out item stands among candidates with exactly its score: "pessimistic" behind them, "optimistic", "mean" or "random". Default "pessimistic". */
  readonly ties?: TiePolicy;
  /** Of the ties that are "random". Default 42. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second with the share that is done. */
  readonly onProgress?: (done: number) => void;
}

/** How a model ranks held-out items among given candidates. Not comparable with full ranking: the fewer candidates, the better it looks. */
export interface CandidateEvaluation {
  readonly protocol: "candidates";
  /** By metric key: the mean over rows. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What each key means. */
  readonly formulas: Readonly<Record<string, string>>;
  /** The value of each row that was measured, in the order of `users`: for significance tests. */
  readonly perUser: Readonly<Record<string, Float64Array>>;
  /** The user of each row that was measured. */
  readonly users: readonly Id[];
  /** The fewest and the most items that a held-out one was ranked among, itself not counted. */
  readonly candidates: { readonly least: number; readonly most: number };
  /** Rows of users that the model does not know, which were left out. */
  readonly unknownUsers: number;
  /** Rows whose held-out item the model does not know: it counts as not found. */
  readonly unknownItems: number;
  /** Candidates that the model does not know: they rank last. */
  readonly unknownCandidates: number;
  /** Rows whose held-out item was among its own candidates: there it was left out. */
  readonly itemAmongCandidates: number;
  /** Candidates that stood more than once in their row: they count once. */
  readonly repeatedCandidates: number;
  readonly ties: TiePolicy;
  /** Share of rows whose item ties with candidates. */
  readonly tieRate: number;
  readonly seconds: number;
}

const METRICS: readonly string[] = ["hit-rate@10", "ndcg@10"];
const TIES: readonly TiePolicy[] = ["optimistic", "pessimistic", "mean", "random"];
/** Longest time between two turns of the event loop. */
const TURN = 50;

/**
 * Ranks each held-out item among its candidates, such as the 99 fixed negatives of NCF's leave-one-out split (He et al., WWW 2017). Sampled metrics may order models
 * otherwise than full ranking does (Krichene and Rendle, KDD 2020, https://doi.org/10.1145/3394486.3403226): use `evaluate` where nothing published asks for these.
 * @throws OptionError for an unknown metric or policy, rows that are ill-formed, or when no row's user is known
 */
export async function evaluateCandidates(
  model: UserItemRecommender,
  rows: readonly CandidateRow[],
  options: EvaluateCandidatesOptions = {},
): Promise<CandidateEvaluation> {
  const owner = "evaluateCandidates";
  checkNames(owner, options, ["metrics", "ties", "seed", "signal", "onProgress"]);
  if (typeof model?.topItems !== "function")
    throw new OptionError(owner, "model", "must be a fitted model; the rows come second");
  const { metrics: keys = METRICS, ties = "pessimistic", seed = 42, signal, onProgress } = options;
  if (!TIES.includes(ties))
    throw new OptionError(owner, "ties", `must be one of ${TIES.join(", ")}, got ${ties}`);
  const wanted = parseMetrics(keys).map((metric) => {
    if (metric.kind === "user") return metric;
    throw new OptionError(
      owner,
      "metrics",
      `must be of one user, such as ndcg@10, got ${metric.key}`,
    );
  });
  checkRows(owner, rows);
  const started = performance.now();
  const known = rows.filter(({ user }) => model.users.has(user));
  if (known.length === 0)
    throw new OptionError(
      owner,
      "rows",
      `must have a user that the model knows, got ${rows.length} rows without one`,
    );

  const rng = new Rng(seed).fork("ties");
  const draws = ties === "random" ? known.map(() => rng.next()) : undefined;
  const perUser = wanted.map(() => new Float64Array(known.length));
  const counts = {
    unknownItems: 0,
    unknownCandidates: 0,
    itemAmongCandidates: 0,
    repeatedCandidates: 0,
  };
  const candidates = { least: Number.POSITIVE_INFINITY, most: 0 };
  let tied = 0;
  let turn = performance.now();
  for (let r = 0; r < known.length; r++) {
    const { user, item, candidates: listed } = known[r];
    const others = new Set(listed.map(String));
    counts.repeatedCandidates += listed.length - others.size;
    if (others.delete(String(item))) counts.itemAmongCandidates++;
    candidates.least = Math.min(candidates.least, others.size);
    candidates.most = Math.max(candidates.most, others.size);
    const target = model.items.indexOf(item);
    const indices = new Set(listed.map((candidate) => model.items.indexOf(candidate)));
    indices.delete(target);
    indices.delete(-1);
    counts.unknownCandidates += others.size - indices.size;
    if (target < 0) counts.unknownItems++;
    else {
      const { above, equal } = countsOf(model.scores(user), target, indices);
      const rank = rankFromCounts(above, equal, ties, () => draws?.[r] ?? 0);
      if (equal > 0) tied++;
      wanted.forEach((metric, m) => {
        perUser[m][r] = metric.ofRank(rank);
      });
    }
    if (performance.now() - turn > TURN) {
      onProgress?.((r + 1) / known.length);
      await breathe();
      signal?.throwIfAborted();
      turn = performance.now();
    }
  }
  return {
    protocol: "candidates",
    metrics: Object.fromEntries(wanted.map(({ key }, m) => [key, meanOf(perUser[m])])),
    formulas: Object.fromEntries(wanted.map(({ key, formula }) => [key, formula])),
    perUser: Object.fromEntries(wanted.map(({ key }, m) => [key, perUser[m]])),
    users: known.map(({ user }) => user),
    candidates,
    unknownUsers: rows.length - known.length,
    ...counts,
    ties,
    tieRate: tied / known.length,
    seconds: (performance.now() - started) / 1000,
  };
}

function checkRows(owner: string, rows: readonly CandidateRow[]): void {
  if (!Array.isArray(rows))
    throw new OptionError(owner, "rows", "must be an array of { user, item, candidates }");
  rows.forEach((row, r) => {
    if (!Array.isArray(row?.candidates) || row.user === undefined || row.item === undefined)
      throw new OptionError(
        owner,
        "rows",
        `must each be { user, item, candidates: [items] }, got ${JSON.stringify(row)} as row ${r}`,
      );
  });
}

/** How many of the candidates are not at most at the target's score, and how many are at it. */
function countsOf(
  scores: Float32Array,
  target: number,
  candidates: Iterable<number>,
): { above: number; equal: number } {
  let [above, equal] = [0, 0];
  for (const candidate of candidates)
    if (scores[candidate] === scores[target]) equal++;
    else if (!(scores[candidate] < scores[target])) above++;
  return { above, equal };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
