import { MetricError, rankFromCounts, rankOf, tieCount, tieRate } from "../src/index.ts";
import { congruential } from "./fixtures.ts";

// Above the target (index 2): one. Tied with it: two others.
const scores = [0.9, 0.4, 0.4, 0.1, 0.4];

describe("rankOf", () => {
  it("places the target by the policy it is told", () => {
    expect(rankOf(scores, 2, "optimistic")).toBe(2);
    expect(rankOf(scores, 2, "pessimistic")).toBe(4);
    expect(rankOf(scores, 2, "mean")).toBe(3);
  });

  it("places the target at random among its ties", () => {
    expect(rankOf(scores, 2, "random", () => 0)).toBe(2);
    expect(rankOf(scores, 2, "random", () => 0.5)).toBe(3);
    expect(rankOf(scores, 2, "random", () => 0.999)).toBe(4);
    const random = congruential(7);
    const seen = [0, 0, 0];
    for (let i = 0; i < 3000; i++) seen[rankOf(scores, 2, "random", random) - 2]++;
    for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it("agrees with GRU4Rec's modes on the whole catalogue", () => {
    const target = scores[2];
    const above = scores.filter((score) => score > target).length;
    const atLeast = scores.filter((score) => score >= target).length; // the target among them
    expect(rankOf(scores, 2, "optimistic")).toBe(above + 1); // standard
    expect(rankOf(scores, 2, "pessimistic")).toBe(atLeast); // conservative
    expect(rankOf(scores, 2, "mean")).toBe(above + 0.5 * (atLeast - above - 1) + 1); // median
  });

  it("agrees with itself under every policy without ties", () => {
    for (const policy of ["optimistic", "pessimistic", "mean", "random"] as const) {
      expect(rankOf([3, 1, 2], 2, policy, () => 0.7)).toBe(2);
    }
  });

  it("does not let a constant model look perfect unless asked to", () => {
    const constant = new Float32Array(101);
    expect(rankOf(constant, 50, "optimistic")).toBe(1);
    expect(rankOf(constant, 50, "mean")).toBe(51);
    expect(rankOf(constant, 50, "pessimistic")).toBe(101);
  });

  it("takes −∞ as a mask", () => {
    expect(rankOf([Number.NEGATIVE_INFINITY, 0, 5], 1, "pessimistic")).toBe(2);
  });

  it("refuses what has no rank", () => {
    expect(() => rankOf([1, Number.NaN], 0, "mean")).toThrow(
      "rankOf: expected scores to be numbers, got NaN at position 1; a model that scores NaN has diverged",
    );
    expect(() => rankOf([Number.NaN], 0, "mean")).toThrow(MetricError);
    expect(() => rankOf([1, 2], 2, "mean")).toThrow(
      "rankOf: expected target to be an index below 2, got 2",
    );
    expect(() => rankOf([], 0, "mean")).toThrow(MetricError);
  });

  it("has no default policy and no hidden source of chance", () => {
    expect(() => rankOf(scores, 2, "median" as "mean")).toThrow(
      'rankOf: expected the tie policy to be "optimistic", "pessimistic", "mean" or "random", got "median"',
    );
    expect(() => rankOf(scores, 2, "random" as "mean")).toThrow(
      "rankOf: expected a function random that returns numbers in [0, 1), got undefined; pass a seeded generator",
    );
    expect(() => rankOf(scores, 2, "random", () => 1)).toThrow(
      "rankOf: expected random() to return a number in [0, 1), got 1",
    );
  });
});

describe("rankFromCounts", () => {
  it("is rankOf for whoever counted already", () => {
    expect(rankFromCounts(1, 2, "optimistic")).toBe(2);
    expect(rankFromCounts(1, 2, "pessimistic")).toBe(4);
    expect(rankFromCounts(1, 1, "mean")).toBe(2.5);
    expect(rankFromCounts(1, 2, "random", () => 0.5)).toBe(3);
  });

  it("refuses counts that are none", () => {
    expect(() => rankFromCounts(-1, 0, "mean")).toThrow(
      "rankFromCounts: expected counts to be whole numbers, got -1",
    );
    expect(() => rankFromCounts(0, 0.5, "mean")).toThrow(MetricError);
  });
});

describe("tieCount and tieRate", () => {
  it("count who shares a score", () => {
    expect(tieCount(scores, 2)).toBe(2);
    expect(tieCount(scores, 0)).toBe(0);
    expect(tieRate(scores)).toBe(3 / 5);
    expect(tieRate([1, 2, 3])).toBe(0);
    expect(tieRate([4])).toBe(0);
    expect(tieRate(new Float32Array(8))).toBe(1);
    expect(tieRate([0, -0])).toBe(1);
  });

  it("refuse NaN and nothing", () => {
    expect(() => tieRate([])).toThrow("tieRate: expected at least one score, got an empty list");
    expect(() => tieRate([1, Number.NaN])).toThrow(MetricError);
    expect(() => tieCount([1, Number.NaN], 0)).toThrow(MetricError);
    expect(() => tieCount([1], -1)).toThrow(MetricError);
  });
});
