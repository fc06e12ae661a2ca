import { checkOptions, show } from "./check.ts";
import { normalTwoSided } from "./distributions.ts";
import { MetricError } from "./errors.ts";
import { differences } from "./paired.ts";

/** Options of `wilcoxonSignedRank`. */
export interface WilcoxonOptions {
  /**
   * "exact": the null distribution itself, without ties only; "normal": the approximation. Default "auto":
   * exact for up to 25 pairs without ties, else normal.
   */
  method?: "auto" | "exact" | "normal";
  /** What to do with differences of 0. Only "wilcox", the default: leave them out (Wilcoxon 1945). */
  zeros?: "wilcox";
}

/** What `wilcoxonSignedRank` found. */
export interface Wilcoxon {
  /** The smaller of the two rank sums. */
  statistic: number;
  /** Sum of the ranks of |a − b| where a is larger. */
  positiveRanks: number;
  /** Sum of the ranks of |a − b| where b is larger. */
  negativeRanks: number;
  /** Pairs that differ, on which the test rests. */
  pairs: number;
  /** Pairs left out because they do not differ. */
  zeros: number;
  /** How the p-value was computed. */
  method: "exact" | "normal";
  /** Two-sided, in [0, 1]. */
  pValue: number;
}

const EXACT_UP_TO = 25;
const EXACT_AT_MOST = 1000; // 2⁻ⁿ is still a double, and the table of sums has half a million cells

/**
 * Wilcoxon signed-rank test of two systems on the same users, two-sided (Wilcoxon 1945). It asks for no normal
 * distribution, which per-user metrics rarely have.
 *
 *   W± = Σ ranks of |d_i| over d_i ≷ 0, tied |d_i| sharing their mid-rank      d = a − b without its zeros
 *   exact: p = min(1, 2 P(W ≤ min(W+, W−))), all 2ⁿ signs equally likely
 *   normal: z = (|W+ − μ| − ½) / σ, μ = n(n+1)/4, σ² = n(n+1)(2n+1)/24 − Σ_ties (t³ − t)/48
 *
 * The ½ is the continuity correction, the last term the correction for ties. Equal to scipy's
 * `wilcoxon(zero_method="wilcox", correction=True)` with method "exact" or "asymptotic". Differences tie when they are
 * equal as doubles: round metrics first if 0.3 − 0.2 should tie with 0.2 − 0.1. Without any difference p is 1.
 *
 * Throws a MetricError on empty lists, lengths that differ, values that are not finite, an unknown option,
 * and "exact" where there are ties or more than 1,000 pairs.
 */
export function wilcoxonSignedRank(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: WilcoxonOptions = {},
): Wilcoxon {
  const who = "wilcoxonSignedRank";
  checkOptions(who, options, ["method", "zeros"]);
  const { method = "auto", zeros = "wilcox" } = options;
  if (method !== "auto" && method !== "exact" && method !== "normal") {
    throw new MetricError(
      `${who}: option "method" must be "auto", "exact" or "normal", got ${show(method satisfies never)}`,
    );
  }
  if (zeros !== "wilcox") {
    throw new MetricError(
      `${who}: option "zeros" must be "wilcox", got ${show(zeros satisfies never)}`,
    );
  }

  const all = differences(who, a, b);
  const d = all.filter((value) => value !== 0).sort((x, y) => Math.abs(x) - Math.abs(y));
  const n = d.length;
  const { positiveRanks, tieTerm } = rankSums(d);
  const negativeRanks = (n * (n + 1)) / 2 - positiveRanks;
  const statistic = Math.min(positiveRanks, negativeRanks);
  if (method === "exact" && (tieTerm > 0 || n > EXACT_AT_MOST)) {
    throw new MetricError(
      `${who}: method "exact" needs at most ${EXACT_AT_MOST} pairs without ties, got ${n} pairs${tieTerm > 0 ? " with ties" : ""}; use "normal"`,
    );
  }
  const exact = method === "exact" || (method === "auto" && n <= EXACT_UP_TO && tieTerm === 0);
  return {
    statistic,
    positiveRanks,
    negativeRanks,
    pairs: n,
    zeros: all.length - n,
    method: exact ? "exact" : "normal",
    pValue: n === 0 ? 1 : exact ? exactP(statistic, n) : normalP(statistic, n, tieTerm),
  };
}

/** W+ and Σ (t³ − t) over groups of tied |d|, for d sorted by |d|. */
function rankSums(d: Float64Array): { positiveRanks: number; tieTerm: number } {
  let positiveRanks = 0;
  let tieTerm = 0;
  for (let start = 0; start < d.length; ) {
    let end = start + 1;
    while (end < d.length && Math.abs(d[end]) === Math.abs(d[start])) end++;
    const midRank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (d[i] > 0) positiveRanks += midRank;
    const t = end - start;
    tieTerm += t * t * t - t;
    start = end;
  }
  return { positiveRanks, tieTerm };
}

/** Share of the 2ⁿ subsets of the ranks 1 … n with a sum of at most w, twice. */
function exactP(w: number, n: number): number {
  const share = new Float64Array((n * (n + 1)) / 2 + 1);
  share[0] = 1;
  let top = 0;
  for (let rank = 1; rank <= n; rank++) {
    top += rank;
    for (let sum = top; sum >= 0; sum--) {
      share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
    }
  }
  let below = 0;
  for (let sum = 0; sum <= w; sum++) below += share[sum];
  return Math.min(1, 2 * below);
}

function normalP(w: number, n: number, tieTerm: number): number {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - tieTerm / 2) / 24);
  const distance = Math.abs(w - mean);
  return distance === 0 ? 1 : normalTwoSided((distance - 0.5) / deviation);
}
