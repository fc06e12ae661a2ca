import { OptionError, Rng } from "@kith/core-tensors";
import { AliasTable } from "../src/index.ts";
import { count, surprise } from "./support.ts";

/** What the table draws, exactly, by walking all of its slots. */
function drawn(weights: ArrayLike<number>): { counts: Float64Array; probabilities: number[] } {
  const table = new AliasTable(weights);
  expect(table.size).toBe(weights.length);
  const rng = new Rng(1);
  const largest = Math.max(...Array.from(weights));
  const scaled = Array.from(weights, (weight) => weight / largest);
  const total = scaled.reduce((sum, weight) => sum + weight, 0);
  return {
    counts: count(table.size, 200_000, () => table.draw(rng)),
    probabilities: scaled.map((weight) => weight / total),
  };
}

test.each<[string, number[]]>([
  ["one weight", [3]],
  ["equal weights", Array(49).fill(1 / 3)],
  ["two weights", [1, 3]],
  ["uneven weights", [0.1, 5, 2, 0.5, 40, 1, 1, 1]],
  ["zeros", [0, 2, 0, 0, 1, 0]],
  ["zeros and one weight", [0, 0, 1e-300, 0]],
  ["zeros among weights that round", [0, ...Array(10).fill(0.1), 0, ...Array(7).fill(1 / 7), 0]],
  ["weights near the end of numbers", [1e308, 5e307, 0, 2e307]],
  ["weights that are hardly numbers", [5e-324, 1e-323, 0]],
  ["weights far apart", [1e-200, 1, 1e200]],
  ["a power law", Array.from({ length: 300 }, (_, i) => (i + 1) ** -1.2)],
])("draws in proportion to %s", (_, weights) => {
  const { counts, probabilities } = drawn(weights);
  const kept = probabilities.map((p) => (p < 1e-100 ? 0 : p));
  expect(surprise(counts, kept)).toBeLessThan(5);
});

test("never draws a weight of zero, however the rest rounds", () => {
  for (let seed = 0; seed < 200; seed++) {
    const rng = new Rng(seed);
    const weights = Float64Array.from({ length: 1 + rng.below(40) }, () =>
      rng.next() < 0.5 ? 0 : rng.next() ** 8,
    );
    if (weights.every((weight) => weight === 0)) continue;
    const table = new AliasTable(weights);
    for (let n = 0; n < 500; n++) expect(weights[table.draw(rng)]).toBeGreaterThan(0);
  }
});

test("draws the same from the same stream", () => {
  const table = new AliasTable([1, 2, 3]);
  const draws = () => {
    const rng = new Rng(4);
    return Array.from({ length: 50 }, () => table.draw(rng));
  };
  expect(draws()).toEqual(draws());
});

test.each([
  [[], "positive finite sum, got 0"],
  [[0, 0], "positive finite sum, got 0"],
  [[1, -1], "at least 0, got -1 at 1"],
  [[Number.NaN], "got NaN at 0"],
  [[1, Number.POSITIVE_INFINITY], "got Infinity at 1"],
  [[1e308, 1e308], "positive finite sum, got Infinity"],
])("refuses weights %j", (weights, message) => {
  expect(() => new AliasTable(weights)).toThrow(OptionError);
  expect(() => new AliasTable(weights)).toThrow(message);
});
