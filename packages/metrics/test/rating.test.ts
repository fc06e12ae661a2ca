import { MetricError, macroMean, mae, microMean, rmse } from "../src/index.ts";
import { fixture } from "./fixtures.ts";

describe("rmse and mae", () => {
  it("measure errors in the unit of the ratings", () => {
    expect(rmse([1, 2, 3], [1, 4, 7])).toBe(Math.sqrt((0 + 4 + 16) / 3));
    expect(mae([1, 2, 3], [1, 4, 7])).toBe(2);
    expect(rmse([5], [5])).toBe(0);
  });

  it("agree with scikit-learn", () => {
    const known = fixture<{ actual: number[]; predicted: number[]; rmse: number; mae: number }>(
      "rating",
    );
    expect(rmse(known.actual, known.predicted)).toBeCloseTo(known.rmse, 12);
    expect(mae(known.actual, known.predicted)).toBeCloseTo(known.mae, 12);
  });

  it("refuse nothing, NaN and lengths that differ", () => {
    expect(() => rmse([], [])).toThrow(
      "rmse: expected at least one of actual ratings, got an empty list",
    );
    expect(() => mae([1], [Number.NaN])).toThrow(
      "mae: expected predicted ratings to be finite numbers, got NaN at position 0",
    );
    expect(() => rmse([1e200], [0])).toThrow(
      "rmse: expected numbers whose sums are finite; these overflow, rescale them",
    );
    expect(() => mae([1, 2], [1])).toThrow(
      "mae: expected as many predicted ratings as actual ratings (2), got 1",
    );
  });
});

describe("macroMean and microMean", () => {
  it("count users the same or by weight", () => {
    // 1 of 1 found, 1 of 4 found: macro over users, micro over held-out items
    expect(macroMean([1, 0.25])).toBe(0.625);
    expect(microMean([1, 0.25], [1, 4])).toBe(2 / 5);
  });

  it("refuse means of nothing", () => {
    expect(() => macroMean([])).toThrow(MetricError);
    expect(() => macroMean([1, Number.NaN])).toThrow(MetricError);
    expect(() => microMean([1e308, 1e308], [2, 2])).toThrow(MetricError);
    expect(() => microMean([1], [0])).toThrow(
      "microMean: expected weights with a sum above 0, got 0",
    );
    expect(() => microMean([1, 1], [2, -1])).toThrow(/weights of at least 0, got -1 at position 1/);
  });
});
