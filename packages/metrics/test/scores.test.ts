import { auc, averagePrecision, gauc, MetricError, prCurve } from "../src/index.ts";
import { fixture } from "./fixtures.ts";

describe("auc", () => {
  it("counts the pairs in the right order", () => {
    // positives .8 .35 against negatives .4 .1: three of four pairs
    expect(auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBe(0.75);
  });

  it("counts a tie as half", () => {
    expect(auc([1, 0], [2, 2])).toBe(0.5);
    expect(auc([1, 1, 0, 0], [3, 1, 1, 0])).toBe((1 + 1 + 0.5 + 1) / 4);
    expect(auc([1, 0, 0, 1], new Float32Array(4))).toBe(0.5);
  });

  it("needs both classes", () => {
    expect(() => auc([1, 1], [1, 2])).toThrow(
      "auc: expected both classes, got 2 positives and 0 negatives; leave such users out, as gauc does",
    );
    expect(() => auc([], [])).toThrow(MetricError);
  });

  it("refuses bad labels, scores and lengths", () => {
    expect(() => auc([1, -1], [1, 2])).toThrow("auc: expected labels to be 0 or 1, got -1");
    expect(() => auc([1, 0], [1, Number.NaN])).toThrow(/expected scores to be numbers, got NaN/);
    expect(() => auc([1, 0, 1], [1, 2])).toThrow(
      "auc: expected as many scores as labels (3), got 2",
    );
  });

  it("orders infinite scores", () => {
    expect(auc([1, 0], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(1);
  });
});

describe("gauc", () => {
  //        user a: auc 1 of 2 rows; user b: auc ½ of 4 rows; user c: one class only
  const groups = ["a", "b", "b", "a", "b", "b", "c"];
  const labels = [1, 1, 0, 0, 0, 1, 1];
  const scores = [2, 5, 5, 1, 0, 0, 9];
  // b: pairs (5,5) ½, (5,0) 1, (0,5) 0, (0,0) ½ → 2/4

  it("weights groups by their rows or all the same, as told", () => {
    expect(gauc(groups, labels, scores, { weights: "impressions" }).value).toBeCloseTo(
      (2 * 1 + 4 * 0.5) / 6,
      15,
    );
    expect(gauc(groups, labels, scores, { weights: "uniform" }).value).toBe(0.75);
  });

  it("counts the groups it skips", () => {
    expect(gauc(groups, labels, scores, { weights: "uniform" })).toEqual({
      value: 0.75,
      groups: 2,
      skipped: 1,
    });
  });

  it("refuses when no group can be ranked", () => {
    expect(() => gauc([1, 2], [1, 0], [1, 2], { weights: "uniform" })).toThrow(
      "gauc: expected a group with both classes, got 2 groups of one class each",
    );
  });

  it("refuses unknown weights and options", () => {
    expect(() => gauc([1], [1], [1], { weights: "clicks" as "uniform" })).toThrow(
      'gauc: option "weights" must be "impressions" or "uniform", got "clicks"',
    );
    expect(() => gauc([1], [1], [1], { weight: "uniform" } as never)).toThrow(
      'gauc: option "weight" is unknown; it takes weights',
    );
    expect(() => gauc([1], [1], [1], undefined as never)).toThrow(MetricError);
    expect(() => gauc([1], [1, 0], [1, 2], { weights: "uniform" })).toThrow(
      "gauc: expected as many groups as labels (2), got 1",
    );
  });
});

describe("prCurve and averagePrecision", () => {
  it("have one point per distinct score", () => {
    const { precision, recall, thresholds } = prCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
    expect([...thresholds]).toEqual([0.1, 0.35, 0.4, 0.8]);
    expect([...precision]).toEqual([2 / 4, 2 / 3, 1 / 2, 1 / 1, 1]);
    expect([...recall]).toEqual([1, 1, 1 / 2, 1 / 2, 0]);
  });

  it("sum steps and not trapezoids", () => {
    expect(averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBeCloseTo(
      0.5 * 1 + 0.5 * (2 / 3),
      15,
    );
  });

  it("give a constant model the share of positives", () => {
    expect(averagePrecision([1, 0, 0, 0], [7, 7, 7, 7])).toBe(0.25);
    expect(prCurve([1, 0, 0, 0], [7, 7, 7, 7]).thresholds).toHaveLength(1);
  });

  it("work without negatives and refuse to without positives", () => {
    expect(averagePrecision([1, 1], [1, 2])).toBe(1);
    expect(() => averagePrecision([0, 0], [1, 2])).toThrow(
      "averagePrecision: expected at least one positive label, got none; recall has no value",
    );
    expect(() => prCurve([], [])).toThrow(MetricError);
    expect(() => prCurve([1], [Number.NaN])).toThrow(MetricError);
  });
});

interface ClassificationCase {
  labels: number[];
  scores: number[];
  auc: number;
  averagePrecision: number;
  precision: number[];
  recall: number[];
  thresholds: number[];
}

interface GaucCase {
  groups: number[];
  labels: number[];
  scores: number[];
  impressions: number;
  uniform: number;
  counted: number;
  skipped: number;
}

describe("beside scikit-learn", () => {
  const { cases, gauc: grouped } = fixture<{ cases: ClassificationCase[]; gauc: GaucCase }>(
    "classification",
  );

  it.each(cases)("case %# has the same area and the same curve", (c) => {
    expect(auc(c.labels, c.scores)).toBeCloseTo(c.auc, 12);
    expect(averagePrecision(c.labels, c.scores)).toBeCloseTo(c.averagePrecision, 12);
    const curve = prCurve(c.labels, c.scores);
    expect([...curve.thresholds]).toEqual(c.thresholds);
    expect([...curve.precision]).toEqual(c.precision);
    expect([...curve.recall]).toEqual(c.recall);
  });

  it("has the same group AUC", () => {
    const { groups, labels, scores } = grouped;
    const impressions = gauc(groups, labels, scores, { weights: "impressions" });
    expect(impressions.value).toBeCloseTo(grouped.impressions, 12);
    expect(impressions.groups).toBe(grouped.counted);
    expect(impressions.skipped).toBe(grouped.skipped);
    const uniform = gauc(groups, labels, scores, { weights: "uniform" });
    expect(uniform.value).toBeCloseTo(grouped.uniform, 12);
  });
});
