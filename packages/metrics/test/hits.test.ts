import { hitsOf, type Item, MetricError, recall } from "../src/index.ts";

describe("hitsOf", () => {
  it("marks the places that hold a relevant item", () => {
    expect([...hitsOf(["c", "a", "z", "b"], new Set(["a", "b", "q"]), 4)]).toEqual([0, 1, 0, 1]);
  });

  it("is as long as the shorter of k and the ranking", () => {
    expect(hitsOf([4, 2], new Set([2]), 10)).toHaveLength(2);
    expect(hitsOf([4, 2, 3], new Set([2]), 1)).toHaveLength(1);
    expect(hitsOf([], new Set([2]), 3)).toHaveLength(0);
  });

  it("reads typed arrays as rankings", () => {
    expect([...hitsOf(Uint32Array.of(3, 1), new Set([1]), 2)]).toEqual([0, 1]);
  });

  it("refuses an item recommended twice, which would count twice", () => {
    expect(() => hitsOf([7, 3, 7], new Set([7]), 3)).toThrow(
      "hitsOf: expected distinct items, got 7 again at position 2; remove duplicates from the ranking first",
    );
    expect(() => hitsOf([7, 3, 3], new Set([7]), 3)).toThrow(MetricError);
  });

  it("does not look beyond k for duplicates", () => {
    expect([...hitsOf([7, 3, 7], new Set([7]), 2)]).toEqual([1, 0]);
  });

  it("says what to do with a user who has nothing held out", () => {
    expect(() => recall([1], new Set<number>(), 5)).toThrow(
      "recall: expected at least one relevant item, got none; leave users without held-out items out of the mean and report how many",
    );
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5" as unknown as number])(
    "refuses k = %p",
    (k) => {
      expect(() => hitsOf([1], new Set([1]), k)).toThrow(
        /expected k to be a positive integer, got/,
      );
    },
  );

  it("refuses ids of two kinds, which would score 0 in silence", () => {
    const text = ["1", "2"] as unknown as number[];
    expect(() => hitsOf(text, new Set([1]), 2)).toThrow(
      'hitsOf: expected ranking and relevant items of one kind, got string "1" and number 1, which can never match',
    );
  });

  it("takes both kinds together, as long as something could match", () => {
    expect([...hitsOf<Item>(["a"], new Set<Item>([1, "a"]), 1)]).toEqual([1]);
    expect([...hitsOf<Item>(["a", 1], new Set<Item>([1]), 2)]).toEqual([0, 1]);
    expect([...hitsOf<Item>([], new Set<Item>([1]), 2)]).toEqual([]);
  });

  it("refuses items that are NaN, missing or no list at all", () => {
    expect(() => hitsOf([Number.NaN], new Set([1]), 2)).toThrow(/got NaN at position 0/);
    expect(() => hitsOf([1, undefined as unknown as number], new Set([1]), 2)).toThrow(
      /got undefined at position 1/,
    );
    expect(() => hitsOf(null as unknown as number[], new Set([1]), 2)).toThrow(
      "hitsOf: expected the ranking to be a list, got null",
    );
  });

  it("refuses an array or a Map where a Set belongs", () => {
    expect(() => hitsOf([1], [1] as unknown as Set<number>, 2)).toThrow(
      "hitsOf: expected relevant to be a Set of items, got a list",
    );
    expect(() => hitsOf([1], new Map([[1, 0]]) as unknown as Set<number>, 2)).toThrow(
      "hitsOf: expected relevant to be a Set of items, got an object",
    );
  });
});
