import {
  catalogueCoverage,
  cosineDistance,
  countRecommendations,
  gini,
  intraListDiversity,
  MetricError,
  macroMean,
  novelty,
  selfInformation,
} from "../src/index.ts";
import { fixture } from "./fixtures.ts";

const known = fixture<{
  dim: number;
  vectors: number[];
  diversity: number;
  counts: number[];
  gini: number;
  meanInformation: number;
}>("beyond-accuracy");

describe("catalogueCoverage", () => {
  it("is the share of items recommended to anyone", () => {
    expect(catalogueCoverage([["a", "b"], ["b", "c"], []], 4)).toBe(3 / 4);
    expect(catalogueCoverage([], 4)).toBe(0);
  });

  it("refuses a catalogue smaller than what came out of it", () => {
    expect(() => catalogueCoverage([[1, 2, 3]], 2)).toThrow(
      /expected at most 2 distinct items, the catalogue size, got 3/,
    );
    expect(() => catalogueCoverage([[1]], 0)).toThrow(MetricError);
    expect(() => catalogueCoverage([[Number.NaN]], 3)).toThrow(MetricError);
  });
});

describe("gini", () => {
  it("is 0 for equal counts and 1 − 1/n when one item takes all", () => {
    expect(gini([3, 3, 3])).toBe(0);
    expect(gini([0, 0, 0, 8])).toBe(3 / 4);
    expect(gini([1])).toBe(0);
  });

  it("follows its formula", () => {
    // sorted 1 2 3: (2·1 − 4)·1 + (2·2 − 4)·2 + (2·3 − 4)·3 = −2 + 0 + 6
    expect(gini([3, 1, 2])).toBeCloseTo(4 / (3 * 6), 15);
  });

  it("agrees with the mean absolute difference of all pairs", () => {
    expect(gini(known.counts)).toBeCloseTo(known.gini, 12);
  });

  it("counts recommendations with the zeros", () => {
    expect([...countRecommendations([[0, 2], [2], Uint32Array.of(3, 2)], 5)]).toEqual([
      1, 0, 3, 1, 0,
    ]);
  });

  it("refuses what has no Gini index", () => {
    expect(() => gini([0, 0])).toThrow(
      "gini: expected a count above 0, got only zeros; nothing was recommended",
    );
    expect(() => gini([])).toThrow(MetricError);
    expect(() => gini([1e308, 1e308])).toThrow(/these overflow, rescale them/);
    expect(() => gini([-1, 2])).toThrow("gini: expected counts of at least 0, got -1");
    expect(() => countRecommendations([[5]], 5)).toThrow(
      "countRecommendations: expected items to be indices below 5, got 5",
    );
    expect(() => countRecommendations([[0], [1, 1]], 5)).toThrow(
      "countRecommendations: expected distinct items in a ranking, got 1 twice in ranking 1",
    );
  });
});

describe("novelty", () => {
  it("is the mean self-information in bits", () => {
    const bits = selfInformation([4, 2, 1, 1]);
    expect([...bits]).toEqual([1, 2, 3, 3]);
    expect(novelty([0, 3], bits)).toBe(2);
  });

  it("takes counts as shares of a total, such as the number of users", () => {
    expect([...selfInformation([8, 4], { total: 8 })]).toEqual([0, 1]);
    expect(Object.is(selfInformation([8], { total: 8 })[0], 0)).toBe(true);
  });

  it("takes ids of any kind through a function", () => {
    const bits = new Map([
      ["hit", 1],
      ["rare", 5],
    ]);
    expect(novelty(["rare", "hit"], (item) => bits.get(item) ?? Number.NaN)).toBe(3);
    expect(() => novelty(["lost"], (item) => bits.get(item) ?? Number.NaN)).toThrow(
      /expected finite information for item "lost", got NaN/,
    );
  });

  it("refuses an item nobody touched until smoothing is named", () => {
    const counts = [2, 0];
    expect(() => novelty([1], selfInformation(counts))).toThrow(
      "novelty: expected finite information for item 1, got Infinity; for an item without interactions pass smoothing to selfInformation",
    );
    expect(novelty([0], selfInformation(counts))).toBe(0);
    expect(novelty([1], selfInformation(counts, { smoothing: 1 }))).toBe(2); // (0 + 1) / (2 + 2)
  });

  it("agrees with scipy's entropy", () => {
    const bits = selfInformation(known.counts, { smoothing: 1 });
    expect(macroMean(bits)).toBeCloseTo(known.meanInformation, 12);
  });

  it("refuses empty lists, strangers, duplicates and impossible counts", () => {
    const bits = [1, 2];
    expect(() => novelty([], bits)).toThrow(
      "novelty: expected at least one of the ranking, got an empty list",
    );
    expect(() => novelty([2], bits)).toThrow(/for item 2, got undefined/);
    expect(() => novelty([1, 1], bits)).toThrow(/expected distinct items/);
    expect(() => selfInformation([0, 0])).toThrow(/expected a total above 0, got 0/);
    expect(() => selfInformation([3], { total: 2 })).toThrow(
      "selfInformation: expected counts between 0 and the total 2, got 3 for item 0",
    );
    expect(() => selfInformation([-1, 2])).toThrow(/got -1 for item 0/);
    expect(() => selfInformation([1], { smoothing: -1 })).toThrow(MetricError);
    expect(() => selfInformation([1], { total: Number.NaN })).toThrow(MetricError);
    expect(() => selfInformation([1], { smooth: 1 } as never)).toThrow(
      'selfInformation: option "smooth" is unknown; it takes total, smoothing',
    );
  });
});

describe("intraListDiversity", () => {
  // item 0 → (1, 0), item 1 → (0, 2), item 2 → (−3, 0), item 3 → (0, 0)
  const distance = cosineDistance([1, 0, 0, 2, -3, 0, 0, 0], 2);

  it("is the mean cosine distance of all pairs", () => {
    expect(intraListDiversity([0, 1], distance)).toBe(1);
    expect(intraListDiversity([0, 1, 2], distance)).toBeCloseTo((1 + 2 + 1) / 3, 15);
  });

  it("takes any distance on any ids", () => {
    expect(
      intraListDiversity(["a", "bb", "dddd"], (a, b) => Math.abs(a.length - b.length)),
    ).toBeCloseTo((1 + 3 + 2) / 3, 15);
  });

  it("is exactly 0 for the same direction, whatever rounding says", () => {
    const parallel = cosineDistance([0.1, 0.7, 0.3, 2.1], 2);
    expect(intraListDiversity([0, 1], parallel)).toBeGreaterThanOrEqual(0);
    expect(intraListDiversity([0, 1], parallel)).toBeCloseTo(0, 15);
  });

  it("agrees with scipy's pdist", () => {
    const everyItem = [0, 1, 2, 3, 4, 5];
    expect(intraListDiversity(everyItem, cosineDistance(known.vectors, known.dim))).toBeCloseTo(
      known.diversity,
      12,
    );
  });

  it("refuses lists without a pair, duplicates and distances that are none", () => {
    expect(() => intraListDiversity([0], distance)).toThrow(
      "intraListDiversity: expected at least two items, got 1; leave shorter lists out",
    );
    expect(() => intraListDiversity([0, 0], distance)).toThrow(/expected distinct items/);
    expect(() => intraListDiversity([0, 3], distance)).toThrow(
      "cosineDistance: expected an item whose vector has a length above 0 and below infinity, got 3; there are 4 items",
    );
    expect(() => intraListDiversity([0, 9], distance)).toThrow(MetricError);
    expect(() => intraListDiversity([0, 1], () => Number.NaN)).toThrow(
      "intraListDiversity: expected a finite distance between 0 and 1, got NaN",
    );
    expect(() => cosineDistance([1, 2, 3], 2)).toThrow(
      "cosineDistance: expected a multiple of dim = 2 numbers, got 3",
    );
    expect(() => cosineDistance([1, Number.NaN], 2)).toThrow(MetricError);
    expect(() => cosineDistance([1e300, 1, 1, 1], 2)(0, 1)).toThrow(MetricError);
    expect(() => cosineDistance([], 2)).toThrow(MetricError);
  });
});
