import { choleskyInvert, FormatError, heap, MemoryError } from "@kith/core-tensors";
import { Interactions, Vocabulary } from "@kith/data";
import { EASE } from "@kith/models-cf";
import { decodeModelFile, encodeModelFile } from "@kith/recommender";
import { randomInteractions } from "./support.ts";

/** B as the paper writes it, from dense matrices. */
function weightsOf(data: Interactions, regularization: number): number[][] {
  const n = data.items.size;
  const users = Array.from({ length: data.users.size }, (_, u) => new Set(data.itemsOf(u)));
  const p = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    const common = users.filter((items) => items.has(i) && items.has(j)).length;
    return common + (i === j ? regularization : 0);
  });
  choleskyInvert(p, n);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 0 : -p[i * n + j] / p[j * n + j])),
  );
}

test("two items of two users: by hand", async () => {
  // XᵀX + 1 I = [[3, 1], [1, 2]], P = 1/5 [[2, −1], [−1, 3]], B = [[0, 1/3], [1/2, 0]]
  const data = Interactions.from([
    ["ann", "a"],
    ["ann", "b"],
    ["bob", "a"],
  ]);
  const model = await new EASE({ regularization: 1 }).fit(data);
  expect([...model.scores("bob")]).toEqual([0, Math.fround(1 / 3)]);
  expect([...model.scores("ann")]).toEqual([Math.fround(1 / 2), Math.fround(1 / 3)]);
  expect(model.similarItems("b")).toEqual({ items: ["a"], scores: Float32Array.of(0.5) });
});

test.each([20, 130])(
  "scores and reasons are those of the dense formula, %i items",
  async (items) => {
    const data = randomInteractions(items, 40 * items, 60, items);
    const model = await new EASE({ regularization: 3 }).fit(data);
    const weights = weightsOf(data, 3);
    const history = data.itemsOf(5);
    const expected = Array.from(weights, (_, j) => {
      return history.reduce((sum, i) => sum + weights[i][j], 0);
    });
    const [own, folded] = [
      model.scores(data.users.id(5)),
      model.scores(model.foldIn(Array.from(history, (i) => data.items.id(i)))),
    ];
    for (let j = 0; j < expected.length; j++) expect(own[j]).toBeCloseTo(expected[j], 5);
    expect(folded).toEqual(own);
    const reasons = model.explain(data.users.id(5), data.items.id(3));
    expect(reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(expected[3], 5);
    const { scores } = model.similarItems(data.items.id(2), 5);
    const row = weights[2].filter((_, j) => j !== 2).sort((a, b) => b - a);
    for (let k = 0; k < 5; k++) expect(scores[k]).toBeCloseTo(row[k], 5);
  },
);

test("too many items are refused before anything is allocated, with the estimate", async () => {
  const items = Vocabulary.from(Array.from({ length: 40_000 }, (_, i) => i));
  const users = Vocabulary.from(["u"]);
  const one = Uint32Array.of(0);
  const data = Interactions.fromColumns({ users, items, user: one, item: one });
  const before = heap().allocated;
  const training = new EASE().fit(data);
  await expect(training).rejects.toThrow(MemoryError);
  await expect(training).rejects.toThrow(
    /^EASE: a weight for each pair of 40,000 items \(leave rare ones out/,
  );
  expect(heap().allocated).toBe(before);
});

test("the signal is heard between the steps of the inverse, and all memory is given back", async () => {
  const data = randomInteractions(1, 3000, 50, 300);
  let now = 0;
  const clock = jest.spyOn(performance, "now").mockImplementation(() => (now += 60)); // each look takes long
  try {
    const reason = new Error("enough");
    const controller = new AbortController();
    const shares: number[] = [];
    const before = heap().allocated;
    const training = new EASE().fit(data, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        shares.push(done);
        if (done > 0.3) controller.abort(reason);
      },
    });
    await expect(training).rejects.toBe(reason);
    expect(shares.at(-1)).toBeLessThan(0.9);
    expect(heap().allocated).toBe(before);
  } finally {
    clock.mockRestore();
  }
});

test("weights that are no numbers are refused", async () => {
  const file = decodeModelFile((await new EASE().fit(randomInteractions(2, 50, 9, 7))).save());
  const { shape, data } = file.tensors["items.weights"];
  const bad = { shape, data: Float32Array.from(data, () => Number.NaN) };
  const tensors = { ...file.tensors, "items.weights": bad };
  expect(() => EASE.load(encodeModelFile({ ...file, tensors }))).toThrow(FormatError);
});
