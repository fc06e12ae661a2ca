import { holmAdjusted, MetricError } from "../src/index.ts";

test("p-values are multiplied by how many are left, smallest first, and never fall", () => {
  // sorted .01 .02 .03 .04 → ×4 ×3 ×2 ×1 = .04 .06 .06 .04 → running maximum .04 .06 .06 .06
  const adjusted = holmAdjusted([0.03, 0.01, 0.04, 0.02]);
  for (const [i, wanted] of [0.06, 0.04, 0.06, 0.06].entries())
    expect(adjusted[i]).toBeCloseTo(wanted, 14);
});

test("they stay below 1, and one alone stays as it is", () => {
  expect([...holmAdjusted([0.6, 0.9])]).toEqual([1, 1]);
  expect([...holmAdjusted([0.2])]).toEqual([0.2]);
  expect([...holmAdjusted([])]).toEqual([]);
});

test.each([[-0.1], [1.5], [Number.NaN]])("%d is no p-value", (value) => {
  expect(() => holmAdjusted([0.5, value])).toThrow(MetricError);
  expect(() => holmAdjusted([0.5, value])).toThrow(/p-values between 0 and 1, got .* at 1/);
});
