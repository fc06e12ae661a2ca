import { Tensor } from "@kith/core-tensors";
import { type Id, Sequences } from "@kith/data";
import {
  type Epoch,
  evaluateNextItem,
  type Scores,
  SessionRecommender,
  type SessionStates,
  type StoredTensor,
  type TensorReader,
} from "../src/index.ts";

/** Scores an item by a number of its own, whatever the session; the letters a … h count from 0. */
class Fixed extends SessionRecommender {
  readonly name = "Fixed";
  readonly options = {};
  #values: Float32Array | undefined;
  readonly #scoreOf: (item: Id) => number;

  constructor(scoreOf: (item: Id) => number) {
    super();
    this.#scoreOf = scoreOf;
  }

  async *train(data: Sequences): AsyncGenerator<Epoch, void, void> {
    this.learnItems(data);
    this.#values = Float32Array.from(data.items.ids(), this.#scoreOf);
    yield { epoch: 1, epochs: 1, loss: 0, seconds: 0 };
  }

  dispose(): void {
    this.#values = undefined;
  }

  protected begin(): SessionStates {
    const values = this.#values as Float32Array;
    return {
      step() {},
      scores(sessions): Scores {
        const all = Tensor.empty([sessions.length, values.length]);
        sessions.forEach((_, r) => {
          all.data.set(values, r * values.length);
        });
        return { kind: "all", values: all };
      },
    };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#values && { values: { shape: [this.#values.length], data: this.#values } };
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    this.#values = tensors.finite("values", [items]).data;
  }
}

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
const trained = (scoreOf: (item: Id) => number) =>
  new Fixed(scoreOf).fit(Sequences.from([letters]));
const test1 = Sequences.from([["a", "b", "b", "h"], ["x", "c", "d"], ["e"]]);

test("ranks are counted over all items, those of the session included", async () => {
  const model = await trained((item) => -letters.indexOf(String(item))); // a is first, h last
  const found = await evaluateNextItem(model, test1, { metrics: ["mrr@8", "recall@2"] });
  expect(Array.from(found.perEvent["mrr@8"])).toEqual([1 / 2, 1 / 2, 1 / 8, 1 / 4]);
  expect(found.metrics).toEqual({ "mrr@8": 1.375 / 4, "recall@2": 0.5 });
  expect(found).toMatchObject({
    protocol: "next item, full ranking",
    events: 4,
    sessions: 2,
    unknownItems: 1,
    sessionsLeftOut: 1,
    tieRate: 0,
    ties: "pessimistic",
  });
});

test("what the session has had is left out on request, and then never found", async () => {
  const model = await trained((item) => -letters.indexOf(String(item)));
  const { perEvent } = await evaluateNextItem(model, test1, {
    metrics: ["mrr@8"],
    excludeSeen: true,
  });
  expect(Array.from(perEvent["mrr@8"])).toEqual([1, 1 / 8, 1 / 6, 1 / 3]);
});

test.each([
  ["pessimistic", 0, 1 / 8],
  ["optimistic", 1, 1],
  ["mean", 1, 1 / 4.5],
] as const)("a model that gives all items one score is %s", async (ties, recall, reciprocal) => {
  const model = await trained(() => 7);
  const { metrics, tieRate } = await evaluateNextItem(model, test1, {
    metrics: ["recall@5", "mrr@8"],
    ties,
  });
  expect(metrics).toEqual({ "recall@5": recall, "mrr@8": expect.closeTo(reciprocal, 12) });
  expect(tieRate).toBe(1);
});

test("random ties are at chance, and the same for the same seed", async () => {
  const model = await trained(() => 7);
  const many = Sequences.from(Array.from({ length: 2000 }, (_, n) => ["a", letters[n % 8]]));
  const options = { metrics: ["recall@4"], ties: "random" } as const;
  const one = await evaluateNextItem(model, many, options);
  expect(one.metrics["recall@4"]).toBeCloseTo(0.5, 1);
  expect((await evaluateNextItem(model, many, options)).perEvent).toEqual(one.perEvent);
  const other = await evaluateNextItem(model, many, { ...options, seed: 1 });
  expect(other.perEvent).not.toEqual(one.perEvent);
});

test("a score that is no number is never a hit", async () => {
  const model = await trained((item) => (item === "b" ? Number.NaN : 1));
  const { perEvent } = await evaluateNextItem(model, test1, {
    metrics: ["recall@5"],
    ties: "optimistic",
  });
  expect(Array.from(perEvent["recall@5"]).slice(0, 2)).toEqual([0, 0]);
});

test("refuses what it cannot measure", async () => {
  const model = await trained(() => 1);
  const measure = (test: unknown, options: object = {}) =>
    evaluateNextItem(model, test as Sequences, options);
  await expect(measure([["a", "b"]])).rejects.toThrow(/"test" must be Sequences of @kith\/data/);
  await expect(measure(Sequences.from([["a"], ["x", "b"]]))).rejects.toThrow(
    /at least two items that the model knows, got 2 sessions with none/,
  );
  await expect(measure(test1, { metrics: ["auc"] })).rejects.toThrow(/must be like recall@20/);
  await expect(measure(test1, { metrics: ["coverage@5"] })).rejects.toThrow(/must be of one event/);
  await expect(measure(test1, { ties: "best" })).rejects.toThrow(
    /"ties" must be one of optimistic/,
  );
  await expect(measure(test1, { k: 5 })).rejects.toThrow(/"k" is unknown/);
  await expect(evaluateNextItem({} as never, test1)).rejects.toThrow(
    /must be a fitted model of sessions/,
  );
  await expect(evaluateNextItem(new Fixed(() => 1), test1)).rejects.toThrow(/Fixed/);
  const enough = new Error("enough");
  const long = Sequences.from(Array.from({ length: 300_000 }, () => ["a", "b", "c"]));
  await expect(measure(long, { signal: AbortSignal.abort(enough) })).rejects.toBe(enough);
});
