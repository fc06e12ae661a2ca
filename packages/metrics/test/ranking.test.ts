import {
  averagePrecisionAtK,
  averagePrecisionAtKTrec,
  hitRate,
  ndcg,
  ndcgExponential,
  ndcgLinear,
  precision,
  recall,
  recallMin,
  reciprocalRank,
} from "../src/index.ts";
import { fixture } from "./fixtures.ts";

// Places 1 … 5 hit at 2 and 5; three items are relevant, one of them is never recommended.
const ranking = ["x", "a", "y", "z", "b"];
const relevant = new Set(["a", "b", "c"]);

describe("on a list worked out by hand", () => {
  it("recall divides by everything held out", () => {
    expect(recall(ranking, relevant, 5)).toBe(2 / 3);
    expect(recall(ranking, relevant, 2)).toBe(1 / 3);
    expect(recall(ranking, relevant, 1)).toBe(0);
  });

  it("recallMin divides by what k places can hold", () => {
    expect(recallMin(ranking, relevant, 2)).toBe(1 / 2);
    expect(recallMin(ranking, relevant, 5)).toBe(2 / 3);
    expect(recallMin(["a", "b"], relevant, 2)).toBe(1);
    expect(recall(["a", "b"], relevant, 2)).toBe(2 / 3);
  });

  it("precision divides by k", () => {
    expect(precision(ranking, relevant, 5)).toBe(2 / 5);
    expect(precision(ranking, relevant, 10)).toBe(2 / 10);
  });

  it("hitRate is 0 or 1", () => {
    expect(hitRate(ranking, relevant, 1)).toBe(0);
    expect(hitRate(ranking, relevant, 2)).toBe(1);
    expect(hitRate(ranking, relevant, 5)).toBe(1);
  });

  it("reciprocalRank is one over the first hit and 0 beyond k", () => {
    expect(reciprocalRank(ranking, relevant, 5)).toBe(1 / 2);
    expect(reciprocalRank(ranking, relevant, 2)).toBe(1 / 2);
    expect(reciprocalRank(ranking, relevant, 1)).toBe(0);
  });

  it("average precision names its divisor", () => {
    const sum = 1 / 2 + 2 / 5; // precision at each hit
    expect(averagePrecisionAtK(ranking, relevant, 5)).toBeCloseTo(sum / 3, 15);
    expect(averagePrecisionAtK(ranking, relevant, 2)).toBeCloseTo(1 / 2 / 2, 15); // min(2, 3)
    expect(averagePrecisionAtKTrec(ranking, relevant, 2)).toBeCloseTo(1 / 2 / 3, 15);
  });

  it("ndcg compares with the best list of min(k, n) hits", () => {
    const gain = 1 / Math.log2(3) + 1 / Math.log2(6);
    const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
    expect(ndcg(ranking, relevant, 5)).toBeCloseTo(gain / ideal, 15);
    expect(ndcg(["a", "b"], relevant, 2)).toBe(1);
    expect(ndcg(["a", "b", "c", "x"], relevant, 4)).toBe(1);
  });

  it("graded ndcg weighs a grade by 2^rel − 1 or by rel", () => {
    const grades = new Map([
      ["a", 1],
      ["b", 3],
      ["c", 2],
      ["d", 0],
    ]);
    const at = (place: number) => 1 / Math.log2(place + 1);
    const exponential = (1 * at(2) + 7 * at(5)) / (7 * at(1) + 3 * at(2) + 1 * at(3));
    const linear = (1 * at(2) + 3 * at(5)) / (3 * at(1) + 2 * at(2) + 1 * at(3));
    expect(ndcgExponential(ranking, grades, 5)).toBeCloseTo(exponential, 15);
    expect(ndcgLinear(ranking, grades, 5)).toBeCloseTo(linear, 15);
    expect(ndcgLinear(["b", "c"], grades, 2)).toBe(1);
  });

  it("the graded forms agree with the binary one when all grades are 1", () => {
    const grades = new Map([...relevant].map((item) => [item, 1]));
    const binary = ndcg(ranking, relevant, 4);
    expect(ndcgExponential(ranking, grades, 4)).toBeCloseTo(binary, 15);
    expect(ndcgLinear(ranking, grades, 4)).toBeCloseTo(binary, 15);
  });
});

describe("at the edges", () => {
  const all = [
    recall,
    recallMin,
    precision,
    hitRate,
    reciprocalRank,
    averagePrecisionAtK,
    averagePrecisionAtKTrec,
    ndcg,
  ];

  it.each(all)("%p is 0 when nothing is recommended", (metric) => {
    expect(metric([], new Set(["a"]), 5)).toBe(0);
  });

  it.each(all)("%p is 1 when the one place holds the one item", (metric) => {
    expect(metric([9], new Set([9]), 1)).toBe(1);
  });

  it.each(all)("%p refuses a duplicate instead of passing 1", (metric) => {
    expect(() => metric([9, 9], new Set([9]), 2)).toThrow(/expected distinct items, got 9 again/);
  });

  it("graded ndcg is 0 when nothing is recommended", () => {
    expect(ndcgLinear([], new Map([["a", 2]]), 5)).toBe(0);
  });

  it("graded ndcg refuses grades that have no gain", () => {
    const graded = (grade: number) => () => ndcgExponential(["a"], new Map([["a", grade]]), 1);
    expect(graded(-1)).toThrow(
      'ndcgExponential: expected grades to be finite and at least 0, got -1 for item "a"',
    );
    expect(graded(Number.NaN)).toThrow(/got NaN/);
    expect(graded(0)).toThrow(/expected at least one relevant item, got none/);
    expect(graded(5000)).toThrow(/grades too large; rescale them/);
    expect(() => ndcgLinear(["a"], new Map<string, number>(), 1)).toThrow(
      /expected at least one relevant item, got none/,
    );
    expect(() => ndcgLinear(["a"], new Set(["a"]) as never, 1)).toThrow(
      /expected grades to be a Map from item to grade, got an object/,
    );
  });
});

interface RankingCase {
  ranking: number[];
  relevant: number[];
  grades: number[];
  k: number;
  recall: number;
  precision: number | null;
  ndcg?: number;
  ndcgLinear?: number;
  ndcgExponential?: number;
  averagePrecisionWhole?: number;
  reciprocalRankWhole: number | null;
}

describe("beside scikit-learn", () => {
  const { cases } = fixture<{ cases: RankingCase[] }>("ranking");

  it("has the same numbers in every case", () => {
    expect(cases).toHaveLength(24);
    let compared = 0;
    const same = (ours: number, theirs: number | null | undefined) => {
      if (theirs === null || theirs === undefined) return; // scikit-learn has no such number: make.py says why
      expect(ours).toBeCloseTo(theirs, 12);
      compared++;
    };
    for (const c of cases) {
      const items = new Set(c.relevant);
      const grades = new Map(c.grades.map((grade, item) => [item, grade]));
      same(recall(c.ranking, items, c.k), c.recall);
      same(precision(c.ranking, items, c.k), c.precision);
      same(ndcg(c.ranking, items, c.k), c.ndcg);
      same(ndcgLinear(c.ranking, grades, c.k), c.ndcgLinear);
      same(ndcgExponential(c.ranking, grades, c.k), c.ndcgExponential);
      same(averagePrecisionAtK(c.ranking, items, c.k), c.averagePrecisionWhole);
      same(averagePrecisionAtKTrec(c.ranking, items, c.k), c.averagePrecisionWhole);
      same(reciprocalRank(c.ranking, items, c.k), c.reciprocalRankWhole);
    }
    expect(compared).toBeGreaterThan(100);
  });
});
