import {
  averagePrecisionAtK,
  hitRate,
  MetricError,
  type MetricName,
  metricNames,
  ndcg,
  parseMetric,
  precision,
  rankOf,
  recall,
  recallMin,
  reciprocalRank,
} from "../src/index.ts";

const functions = {
  recall,
  "recall-min": recallMin,
  precision,
  "hit-rate": hitRate,
  ndcg,
  map: averagePrecisionAtK,
  mrr: reciprocalRank,
} satisfies Record<MetricName, typeof recall>;

describe("parseMetric", () => {
  it("takes a key apart", () => {
    expect(parseMetric("recall-min@20")).toMatchObject({
      key: "recall-min@20",
      name: "recall-min",
      k: 20,
      formula: "Σ_{i≤20} hit(i) / min(20, n)",
    });
  });

  it("prints the formula in use", () => {
    expect(metricNames.map((name) => parseMetric(`${name}@5`).formula)).toEqual([
      "Σ_{i≤5} hit(i) / n",
      "Σ_{i≤5} hit(i) / min(5, n)",
      "Σ_{i≤5} hit(i) / 5",
      "1 if Σ_{i≤5} hit(i) > 0, else 0",
      "Σ_{i≤5} hit(i) / log₂(i+1) ÷ Σ_{i≤min(5, n)} 1 / log₂(i+1)",
      "Σ_{i≤5} hit(i) · (Σ_{j≤i} hit(j) / i) / min(5, n)",
      "1 / (place of the first hit) if it is ≤ 5, else 0",
    ]);
  });

  it.each(metricNames)("%s is the function of that name, three times over", (name) => {
    const ranking = [5, 1, 6, 2, 3];
    const hits = Uint8Array.of(0, 1, 0, 1, 1);
    const relevant = new Set([1, 2, 3, 4]);
    for (const k of [1, 2, 4, 5, 9]) {
      const metric = parseMetric(`${name}@${k}`);
      const expected = functions[name](ranking, relevant, k);
      expect(metric.evaluate(ranking, relevant)).toBe(expected);
      expect(metric.ofHits(hits, 4)).toBe(expected); // hits beyond k are not read
      for (const rank of [1, 2, 3, 5, 6]) {
        const list = [10, 11, 12, 13, 14, 15];
        const value = functions[name](list, new Set([list[rank - 1]]), k);
        expect(metric.ofRank(rank)).toBeCloseTo(value, 15);
      }
    }
  });

  it("lists the names it knows when it is asked for another", () => {
    expect(() => parseMetric("recal@20")).toThrow(
      'parseMetric: expected name@k, k a positive integer and name one of recall, recall-min, precision, hit-rate, ndcg, map, mrr, got "recal@20"',
    );
  });

  it.each([
    "recall",
    "recall@",
    "recall@0",
    "recall@-1",
    "recall@2.5",
    "recall@1e2",
    "recall@99999999999999999999",
    "Recall@5",
    " recall@5",
    "recall@5\n",
    "constructor@5",
    "hr@10",
    "",
  ])("refuses %p", (key) => {
    expect(() => parseMetric(key)).toThrow(MetricError);
  });

  it("counts a rank between two places as itself", () => {
    const tied = [0.5, 0.5];
    expect(parseMetric("hit-rate@1").ofRank(rankOf(tied, 0, "mean"))).toBe(0);
    expect(parseMetric("mrr@2").ofRank(rankOf(tied, 0, "mean"))).toBe(1 / 1.5);
  });

  it("refuses ranks that are none", () => {
    const { ofRank } = parseMetric("mrr@5");
    expect(() => ofRank(0)).toThrow("mrr@5: expected a rank of at least 1, got 0");
    expect(() => ofRank(Number.NaN)).toThrow(MetricError);
    expect(() => ofRank(Number.POSITIVE_INFINITY)).toThrow(MetricError);
  });

  it("refuses hit lists that cannot be", () => {
    const { ofHits } = parseMetric("recall@3");
    expect(() => ofHits([1, 1], 1)).toThrow(
      "recall@3: expected at most 1 hits, one per relevant item, got 2; the ranking may hold an item twice",
    );
    expect(() => ofHits([1, 0.5], 2)).toThrow("recall@3: expected hits to be 0 or 1, got 0.5");
    expect(() => ofHits([Number.NaN], 2)).toThrow(MetricError);
    expect(() => ofHits([0], 0)).toThrow(/leave users without held-out items out/);
    expect(() => ofHits([0], -1)).toThrow(/the number of relevant items to be a positive integer/);
    expect(() => ofHits(undefined as unknown as number[], 1)).toThrow(
      "recall@3: expected hits to be a list, got undefined",
    );
  });
});
