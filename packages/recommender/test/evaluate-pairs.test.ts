import { OptionError, Rng } from "@kith/core-tensors";
import { type Id, ItemPairs, Vocabulary } from "@kith/data";
import { auc, averagePrecision, prCurve } from "@kith/metrics";
import { evaluatePairs, type PairScorer } from "../src/index.ts";
import { thinCurve } from "../src/thin-curve.ts";
import { Vectors } from "./support/vectors.ts";

/** Scores written down by item: a pair's is its target's. */
function scorer(scores: Record<string, number>): PairScorer & { asked: number[] } {
  const items = Vocabulary.from(Object.keys(scores));
  const asked: number[] = [];
  return {
    items,
    asked,
    pairScores(pairs) {
      asked.push(pairs.length);
      return {
        scores: Float32Array.from(pairs.target, (t) => scores[pairs.items.id(t)]),
        known: new Uint8Array(pairs.length).fill(1),
      };
    },
  };
}

type Row = [target: Id, label: number, relation?: Id];

function labelled(...rows: Row[]): ItemPairs {
  return ItemPairs.from(
    rows.map(([target, label, relation]) => ({
      source: "a",
      target,
      label,
      ...(relation !== undefined && { relation }),
    })),
  );
}

const model = scorer({ a: 1, b: 2, c: 3, d: 4, e: 5 });

test("pairs with an unknown item have the median score of the others, and are counted", async () => {
  // known scores 1, 2, 4, 5: the median is 3
  const pairs = labelled(["e", 1], ["d", 0], ["b", 1], ["a", 0], ["x", 1], ["y", 0], ["z", 0]);
  const result = await evaluatePairs(model, pairs);
  expect(result.protocol).toBe("link prediction");
  expect([result.pairs, result.positives, result.negatives]).toEqual([7, 3, 4]);
  expect(result.unknownPairs).toBe(3);
  expect(result.medianScore).toBe(3);
  // 5 beats 4 negatives; 3 beats 1, ties with 3 and 3; 2 beats 1
  expect(result.metrics.auc).toBeCloseTo((4 + (1 + 1) + 1) / 12, 12);
  // of known pairs: 5 beats both, 2 beats one of two
  expect(result.metrics["auc-seen"]).toBe(3 / 4);
  // 5: 1/1; 4: no gain; 3, 3, 3: one of three, precision 2/5; 2: precision 3/6
  expect(result.metrics["average-precision"]).toBeCloseTo((1 + 2 / 5 + 3 / 6) / 3, 12);
  expect(result.omitted).toEqual({});
  expect(result.tieRate).toBeCloseTo(1 - 5 / 7, 12);
  expect(result.perRelation).toBeUndefined();
  expect(result.seconds).toBeGreaterThan(0);
});

test("the curve leaps where the unknown pairs stand, the cliff", async () => {
  const pairs = labelled(["e", 1], ["a", 0], ["x", 1], ["y", 1], ["z", 0]);
  const { curve, medianScore } = await evaluatePairs(model, pairs);
  expect(medianScore).toBe(3);
  expect([...curve.thresholds]).toEqual([1, 3, 5]);
  expect([...curve.recall]).toEqual([1, 1, 1 / 3, 0]);
  expect([...curve.precision]).toEqual([3 / 5, 3 / 4, 1, 1]);
});

test("of an odd number of known pairs the median is the middle one", async () => {
  const pairs = labelled(["e", 1], ["b", 1], ["a", 0], ["x", 0]);
  expect((await evaluatePairs(model, pairs)).medianScore).toBe(2);
  const one = labelled(["d", 1], ["x", 0]);
  const { metrics, medianScore, tieRate } = await evaluatePairs(model, one);
  expect([medianScore, metrics.auc, tieRate]).toEqual([4, 0.5, 0.5]);
});

test("metrics are those that are asked for, each with its formula", async () => {
  const pairs = labelled(["e", 1], ["a", 0], ["x", 0]);
  const metrics = ["average-precision-seen", "auc"];
  const result = await evaluatePairs(model, pairs, { metrics });
  expect(result.metrics).toEqual({ "average-precision-seen": 1, auc: 1 });
  expect(Object.keys(result.formulas)).toEqual(metrics);
  expect(result.formulas.auc).toMatch(/tie counting half.*median/);
  expect(result.formulas["average-precision-seen"]).toMatch(/the model both knows/);
});

test("a default metric without a value is left out, and it is said why", async () => {
  const pairs = labelled(["e", 1], ["d", 1], ["x", 0]);
  const { metrics, omitted } = await evaluatePairs(model, pairs);
  expect(Object.keys(metrics)).toEqual(["auc", "average-precision"]);
  expect(omitted).toEqual({
    "auc-seen":
      "of the pairs whose items the model knows 2 have label 1 and 0 have label 0; it takes both",
  });
});

test("a metric without a value that is named is refused", async () => {
  const pairs = labelled(["e", 1], ["d", 1], ["x", 0]);
  for (const key of ["auc-seen", "average-precision-seen"])
    await expect(evaluatePairs(model, pairs, { metrics: ["auc", key] })).rejects.toThrow(
      `evaluatePairs: option "metrics" cannot have ${key}: of the pairs whose items the model knows 2 have label 1`,
    );
});

test("each relation is measured on its own pairs, by the median of all", async () => {
  const pairs = labelled(
    ["e", 1, "bought"],
    ["b", 0, "bought"],
    ["x", 0, "bought"], // the median of 5, 2, 4, 1 is 3
    ["a", 1, "__proto__"],
    ["d", 0, "__proto__"],
    ["y", 1, "viewed"],
  );
  const { perRelation, metrics, medianScore } = await evaluatePairs(model, pairs);
  expect(medianScore).toBe(3);
  expect(perRelation).toEqual(
    Object.fromEntries([
      ["bought", { auc: 1, "auc-seen": 1, "average-precision": 1 }],
      ["__proto__", { auc: 0, "auc-seen": 0, "average-precision": 1 / 2 }],
      ["viewed", {}],
    ]),
  );
  expect(Object.keys(perRelation ?? {})).toEqual(["bought", "__proto__", "viewed"]);
  // 5 beats 2, 3, 4; 1 nothing; 3 beats 2 and ties with 3
  expect(metrics.auc).toBeCloseTo((3 + 0 + 1.5) / 9, 12);
});

test.each<[string, unknown, string]>([
  ["no pairs", [["a", "b"]], 'option "pairs" must be ItemPairs, as ItemPairs.from(rows) makes'],
  ["nothing", undefined, 'option "pairs" must be ItemPairs'],
  [
    "pairs without labels",
    ItemPairs.from([["a", "b"]]),
    'option "pairs" must be pairs with labels',
  ],
  ["labels of one kind", labelled(["a", 1], ["b", 1]), "got 2 of label 1 and 0 of label 0"],
  ["labels of the other kind", labelled(["a", 0]), "got 0 of label 1 and 1 of label 0"],
  ["pairs of strangers", labelled(["x", 0], ["y", 1]), "got 2 with an item that it does not"],
])("refuses %s", async (_, pairs, message) => {
  const evaluation = evaluatePairs(model, pairs as ItemPairs);
  await expect(evaluation).rejects.toThrow(OptionError);
  await expect(evaluation).rejects.toThrow(message);
});

test("refuses unknown metrics and options, and what is no model", async () => {
  const pairs = labelled(["e", 1], ["a", 0]);
  const rejects = (promise: Promise<unknown>) => expect(promise).rejects;
  await rejects(evaluatePairs(model, pairs, { metrics: ["recall@20"] })).toThrow(
    'option "metrics" must be of auc, auc-seen, average-precision, average-precision-seen, got "recall@20"',
  );
  await rejects(evaluatePairs(model, pairs, { metrics: [] })).toThrow("at least one metric");
  await rejects(evaluatePairs(model, pairs, { metric: "auc" } as object)).toThrow(
    /"metric" is unknown/,
  );
  await rejects(evaluatePairs(pairs as never, model as never)).toThrow("must be a fitted model");
});

test("many pairs are scored in chunks, between which timers fire and a signal is heard", async () => {
  const many = 300_000;
  const rng = new Rng(1);
  const pairs = ItemPairs.fromColumns({
    items: model.items,
    source: new Uint32Array(many),
    target: Uint32Array.from({ length: many }, () => rng.below(5)),
    label: Uint8Array.from({ length: many }, (_, n) => n % 2),
  });
  const slow: PairScorer = {
    items: model.items,
    pairScores(some) {
      const end = performance.now() + 60;
      while (performance.now() < end);
      return model.pairScores(some);
    },
  };
  model.asked.length = 0;
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  const done: number[] = [];
  await evaluatePairs(slow, pairs, { onProgress: (share) => void done.push(share) });
  clearInterval(timer);
  expect(model.asked.reduce((sum, n) => sum + n, 0)).toBe(many);
  expect(Math.max(...model.asked)).toBeLessThan(many / 4);
  expect(fired).toBeGreaterThanOrEqual(3);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done[done.length - 1]).toBe(1);

  const reason = new Error("enough");
  const aborted = evaluatePairs(slow, pairs, { signal: AbortSignal.abort(reason) });
  await expect(aborted).rejects.toBe(reason);
  const controller = new AbortController();
  const stopped = evaluatePairs(slow, pairs, {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  });
  await expect(stopped).rejects.toBe(reason);
});

test("agrees with @kith/metrics on random pairs with ties and strangers, in a vocabulary of their own", async () => {
  const rng = new Rng(5);
  const vectors = new Vectors({ score: "dot" });
  const known = Array.from({ length: 40 }, (_, n) => `i${n}`);
  vectors.learn(
    known,
    known.map(() => [rng.below(3), rng.below(3)]),
  );
  const rows = Array.from({ length: 3000 }, () => ({
    source: `i${rng.below(44)}`,
    target: `i${rng.below(44)}`,
    label: rng.below(3) === 0 ? 1 : 0,
  }));
  const result = await evaluatePairs(vectors, ItemPairs.from(rows), {
    metrics: ["auc", "auc-seen", "average-precision", "average-precision-seen"],
  });
  const isKnown = rows.map(({ source, target }) =>
    [source, target].every((id) => known.includes(id)),
  );
  const own = rows.map(({ source, target }, n) =>
    isKnown[n] ? vectors.scores(source)[vectors.items.indexOf(target)] : Number.NaN,
  );
  const sorted = own.filter((_, n) => isKnown[n]).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  const scores = own.map((score, n) => (isKnown[n] ? score : median));
  const labels = rows.map(({ label }) => label);
  const seen = <T>(list: T[]) => list.filter((_, n) => isKnown[n]);
  expect(isKnown.filter((is) => !is).length).toBe(result.unknownPairs);
  expect(result.unknownPairs).toBeGreaterThan(300);
  expect(result.medianScore).toBe(median);
  expect(result.metrics.auc).toBeCloseTo(auc(labels, scores), 12);
  expect(result.metrics["auc-seen"]).toBeCloseTo(auc(seen(labels), seen(scores)), 12);
  expect(result.metrics["average-precision"]).toBeCloseTo(averagePrecision(labels, scores), 12);
  expect(result.metrics["average-precision-seen"]).toBeCloseTo(
    averagePrecision(seen(labels), seen(scores)),
    12,
  );
  expect(result.tieRate).toBeCloseTo(1 - new Set(scores).size / rows.length, 12);
  expect(result.curve).toEqual(prCurve(labels, scores));
  vectors.dispose();
});

describe("a thinned curve", () => {
  const rng = new Rng(9);
  const scores = Array.from({ length: 20_000 }, () => rng.below(2 ** 30));
  const labels = scores.map((score) => (rng.below(2 ** 30) < score / 2 ? 1 : 0));
  // a cliff: many pairs of one score in the middle
  const cliff = [...scores, ...new Array(5000).fill(2 ** 29)];
  const curve = prCurve([...labels, ...cliff.slice(20_000).map((_, n) => n % 2)], cliff);

  test("has at most as many points, all of them of the whole one, the ends among them", () => {
    for (const points of [10, 100, 500]) {
      const thin = thinCurve(curve, points);
      expect(thin.thresholds.length).toBeLessThanOrEqual(points);
      expect(thin.thresholds.length).toBeGreaterThan(points / 4);
      expect(thin.recall).toHaveLength(thin.thresholds.length + 1);
      thin.thresholds.forEach((threshold, n) => {
        const at = curve.thresholds.indexOf(threshold);
        expect([thin.recall[n], thin.precision[n]]).toEqual([
          curve.recall[at],
          curve.precision[at],
        ]);
      });
      expect(thin.thresholds[0]).toBe(curve.thresholds[0]);
      expect(thin.thresholds[thin.thresholds.length - 1]).toBe(
        curve.thresholds[curve.thresholds.length - 1],
      );
      expect([...thin.recall.slice(-1), ...thin.precision.slice(-1)]).toEqual([0, 1]);
      expect(new Set(thin.thresholds).size).toBe(thin.thresholds.length);
    }
  });

  test("looks the same: no step of recall is lost, and both ends of the cliff stay", () => {
    const thin = thinCurve(curve, 500);
    const top = curve.thresholds.indexOf(2 ** 29);
    expect(thin.thresholds).toContain(curve.thresholds[top]);
    expect(thin.thresholds).toContain(curve.thresholds[top + 1]);
    const leaps = Array.from(thin.recall.subarray(1), (recall, n) => thin.recall[n] - recall);
    expect(leaps.filter((leap) => leap > 0.01)).toHaveLength(1);
  });

  test("is the same curve where there are few points", () => {
    const few = prCurve([1, 0, 1], [3, 2, 1]);
    expect(thinCurve(few, 3)).toBe(few);
  });
});
