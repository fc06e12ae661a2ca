import { normalTwoSided, studentTwoSided } from "../src/distributions.ts";
import { bootstrapInterval, MetricError, pairedTTest, wilcoxonSignedRank } from "../src/index.ts";
import { congruential, fixture } from "./fixtures.ts";

/** Relative, because p-values live at every scale. */
function expectRelative(ours: number, theirs: number, tolerance: number): void {
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(tolerance * Math.abs(theirs));
}

describe("pairedTTest", () => {
  it("follows its formula", () => {
    // d = 1 2 3: mean 2, sd 1, t = 2√3; for 2 degrees of freedom p = 1 − t / √(t² + 2)
    const test = pairedTTest([2, 4, 6], [1, 2, 3]);
    expect(test.meanDifference).toBe(2);
    expect(test.degreesOfFreedom).toBe(2);
    expect(test.statistic).toBeCloseTo(2 * Math.sqrt(3), 14);
    expect(test.pValue).toBeCloseTo(1 - Math.sqrt(12 / 14), 14);
  });

  it("changes only its sign when the systems change places", () => {
    const one = pairedTTest([0.3, 0.2, 0.9], [0.1, 0.4, 0.2]);
    const other = pairedTTest([0.1, 0.4, 0.2], [0.3, 0.2, 0.9]);
    expect(other.statistic).toBe(-one.statistic);
    expect(other.pValue).toBe(one.pValue);
  });

  it("finds nothing between a system and itself", () => {
    expect(pairedTTest([0.1, 0.7], [0.1, 0.7])).toEqual({
      statistic: 0,
      degreesOfFreedom: 1,
      meanDifference: 0,
      pValue: 1,
    });
  });

  it("refuses differences without variance, rounding or not", () => {
    expect(() => pairedTTest([2, 3, 4], [1, 2, 3])).toThrow(
      "pairedTTest: expected differences that vary, got 1 for every pair; use wilcoxonSignedRank",
    );
    expect(() => pairedTTest([0.3, 0.4, 0.6], [0.2, 0.3, 0.5])).toThrow(MetricError);
  });

  it("refuses one pair, NaN and lengths that differ", () => {
    expect(() => pairedTTest([1], [2])).toThrow("pairedTTest: expected at least two pairs, got 1");
    expect(() => pairedTTest([1, Number.NaN], [2, 3])).toThrow(
      "pairedTTest: expected values of a to be finite numbers, got NaN at position 1",
    );
    expect(() => pairedTTest([1e308, 0], [-1e308, 0])).toThrow(MetricError);
    expect(() => pairedTTest([1, 2], [2])).toThrow(
      "pairedTTest: expected as many values of b as values of a (2), got 1",
    );
  });
});

interface TTestFixture {
  cases: { a: number[]; b: number[]; statistic: number; pValue: number; df: number }[];
  tails: { t: number; df: number; pValue: number }[];
  normal: { z: number; pValue: number }[];
}

describe("pairedTTest beside scipy", () => {
  const { cases, tails, normal } = fixture<TTestFixture>("t-test");

  it.each(cases)("case %# has the same t and p", ({ a, b, statistic, pValue, df }) => {
    const test = pairedTTest(a, b);
    expectRelative(test.statistic, statistic, 1e-10);
    expectRelative(test.pValue, pValue, 1e-9);
    expect(test.degreesOfFreedom).toBe(df);
  });

  it.each(tails)("P(|T| ≥ $t) with $df degrees of freedom is $pValue", ({ t, df, pValue }) => {
    expectRelative(studentTwoSided(t, df), pValue, 1e-9);
  });

  it.each(normal)("P(|Z| ≥ $z) is $pValue", ({ z, pValue }) => {
    expectRelative(normalTwoSided(z), pValue, 1e-12);
  });
});

describe("wilcoxonSignedRank", () => {
  it("is exact for a few pairs without ties", () => {
    // d = 1 2 3 −4: W− = 4, W+ = 6; sums ≤ 4 come from {} 1 2 3 {1,2} 4 {1,3}: 7 of 16 subsets
    expect(wilcoxonSignedRank([1, 2, 3, 0], [0, 0, 0, 4])).toEqual({
      statistic: 4,
      positiveRanks: 6,
      negativeRanks: 4,
      pairs: 4,
      zeros: 0,
      method: "exact",
      pValue: 14 / 16,
    });
  });

  it("cannot reject with a single pair", () => {
    expect(wilcoxonSignedRank([1], [0]).pValue).toBe(1);
  });

  it("leaves zeros out and says how many", () => {
    const test = wilcoxonSignedRank([5, 1, 2, 3], [5, 0, 0, 0]);
    expect(test).toMatchObject({ pairs: 3, zeros: 1, method: "exact", pValue: 2 / 8 });
  });

  it("finds nothing between a system and itself", () => {
    expect(wilcoxonSignedRank([1, 2], [1, 2])).toMatchObject({ pairs: 0, zeros: 2, pValue: 1 });
  });

  it("shares mid-ranks between ties and turns to the normal approximation", () => {
    // |d| = 1 1 2: ranks 1½ 1½ 3
    const test = wilcoxonSignedRank([1, 0, 2], [0, 1, 0]);
    expect(test).toMatchObject({ positiveRanks: 4.5, negativeRanks: 1.5, method: "normal" });
    const deviation = Math.sqrt((3 * 4 * 7) / 24 - (2 ** 3 - 2) / 48);
    expect(test.pValue).toBeCloseTo(normalTwoSided((3 - 1.5 - 0.5) / deviation), 15);
  });

  it("turns to the normal approximation above 25 pairs", () => {
    const ramp = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    const zeros = (n: number) => new Float64Array(n);
    expect(wilcoxonSignedRank(ramp(25), zeros(25)).method).toBe("exact");
    expect(wilcoxonSignedRank(ramp(26), zeros(26)).method).toBe("normal");
    const exact = wilcoxonSignedRank(ramp(26), zeros(26), { method: "exact" });
    expect(exact.pValue).toBe(2 / 2 ** 26);
  });

  it("refuses exactness it cannot give, and unknown options", () => {
    expect(() => wilcoxonSignedRank([1, 0], [0, 1], { method: "exact" })).toThrow(
      'wilcoxonSignedRank: method "exact" needs at most 1000 pairs without ties, got 2 pairs with ties; use "normal"',
    );
    expect(() => wilcoxonSignedRank([1], [0], { method: "asymptotic" as "normal" })).toThrow(
      'wilcoxonSignedRank: option "method" must be "auto", "exact" or "normal", got "asymptotic"',
    );
    expect(() => wilcoxonSignedRank([1], [0], { zeros: "pratt" as "wilcox" })).toThrow(
      'wilcoxonSignedRank: option "zeros" must be "wilcox", got "pratt"',
    );
    expect(() => wilcoxonSignedRank([1], [0], { zero: "wilcox" } as never)).toThrow(MetricError);
    expect(() => wilcoxonSignedRank([], [])).toThrow(MetricError);
    expect(() => wilcoxonSignedRank([1], [Number.NaN])).toThrow(MetricError);
  });
});

interface WilcoxonCase {
  a: number[];
  b: number[];
  statistic: number;
  pairs: number;
  tied: boolean;
  normal: number;
  exact?: number;
}

describe("wilcoxonSignedRank beside scipy", () => {
  const { cases } = fixture<{ cases: WilcoxonCase[] }>("wilcoxon");

  it.each(cases)("case %# ($pairs pairs, tied: $tied) has the same W and p", (c) => {
    const normal = wilcoxonSignedRank(c.a, c.b, { method: "normal" });
    expect(normal.statistic).toBe(c.statistic);
    expect(normal.pairs).toBe(c.pairs);
    expectRelative(normal.pValue, c.normal, 1e-11);
    if (c.exact !== undefined) {
      expectRelative(wilcoxonSignedRank(c.a, c.b, { method: "exact" }).pValue, c.exact, 1e-11);
    }
  });
});

describe("bootstrapInterval", () => {
  const { replayed, scipy } = fixture<{
    replayed: {
      values: number[];
      iterations: number;
      lower90: number;
      upper90: number;
      lower95: number;
      upper95: number;
    };
    scipy: { values: number[]; lower90: number; upper90: number };
  }>("bootstrap");

  it("is numpy's percentile interval on the same resamples", () => {
    const { values, iterations } = replayed;
    const ninety = bootstrapInterval(values, {
      random: congruential(1),
      iterations,
      confidence: 0.9,
    });
    expect(ninety.lower).toBeCloseTo(replayed.lower90, 12);
    expect(ninety.upper).toBeCloseTo(replayed.upper90, 12);
    const ninetyFive = bootstrapInterval(values, { random: congruential(1), iterations });
    expect(ninetyFive.lower).toBeCloseTo(replayed.lower95, 12);
    expect(ninetyFive.upper).toBeCloseTo(replayed.upper95, 12);
  });

  it("lies where scipy's bootstrap lies, up to the noise of resampling", () => {
    const ours = bootstrapInterval(scipy.values, { random: congruential(3), confidence: 0.9 });
    expect(Math.abs(ours.lower - scipy.lower90)).toBeLessThan(0.01);
    expect(Math.abs(ours.upper - scipy.upper90)).toBeLessThan(0.01);
  });

  it("gives the same interval for the same seed", () => {
    const run = () => bootstrapInterval([1, 2, 4, 8], { random: congruential(9), iterations: 50 });
    expect(run()).toEqual(run());
  });

  it("works on one value, on one resample and on any statistic", () => {
    const random = congruential(1);
    expect(bootstrapInterval([3], { random, iterations: 5 })).toEqual({
      estimate: 3,
      lower: 3,
      upper: 3,
    });
    const single = bootstrapInterval([1, 2, 3], { random, iterations: 1 });
    expect(single.lower).toBe(single.upper);
    const largest = (sample: Float64Array) => Math.max(...sample);
    expect(bootstrapInterval([1, 5, 2], { random, statistic: largest }).estimate).toBe(5);
  });

  it("leaves the values as they were even when the statistic sorts its sample", () => {
    const values = Float64Array.of(3, 1, 2);
    const median = (sample: Float64Array) => sample.sort()[1];
    const interval = bootstrapInterval(values, { random: congruential(1), statistic: median });
    expect(interval).toEqual({ estimate: 2, lower: 1, upper: 3 });
    expect([...values]).toEqual([3, 1, 2]);
  });

  it("takes chance from its caller only", () => {
    expect(() => bootstrapInterval([1], {} as never)).toThrow(
      "bootstrapInterval: expected a function random that returns numbers in [0, 1), got undefined; pass a seeded generator",
    );
    expect(() => bootstrapInterval([1], { random: () => 1 })).toThrow(
      "bootstrapInterval: expected random() to return a number in [0, 1), got 1",
    );
  });

  it("refuses empty input, NaN and options out of range", () => {
    const random = congruential(1);
    expect(() => bootstrapInterval([], { random })).toThrow(MetricError);
    expect(() => bootstrapInterval([Number.NaN], { random })).toThrow(MetricError);
    expect(() => bootstrapInterval([1], { random, iterations: 0 })).toThrow(
      'bootstrapInterval: expected option "iterations" to be a positive integer, got 0',
    );
    expect(() => bootstrapInterval([1], { random, confidence: 95 })).toThrow(
      'bootstrapInterval: option "confidence" must lie between 0 and 1, got 95',
    );
    expect(() => bootstrapInterval([1], { random, seed: 1 } as never)).toThrow(
      'bootstrapInterval: option "seed" is unknown; it takes random, iterations, confidence, statistic',
    );
    expect(() => bootstrapInterval([1], { random, statistic: () => Number.NaN })).toThrow(
      /expected statistics to be finite numbers, got NaN/,
    );
  });
});
