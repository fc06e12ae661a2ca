import { KithError, OptionError, Rng } from "@kith/core-tensors";
import { type ItemPairRow, ItemPairs } from "@kith/data";
import { splitPairs } from "../src/index.ts";

/** 400 distinct pairs of 60 items, about 13 an item. */
function somePairs(): ItemPairs {
  const rng = new Rng(3);
  const rows = new Map<string, ItemPairRow>();
  while (rows.size < 400) {
    const [a, b] = [rng.below(60), rng.below(60)].sort((x, y) => x - y);
    if (a !== b) rows.set(`${a} ${b}`, { source: `i${a}`, target: `i${b}`, weight: 1 + (a % 3) });
  }
  return ItemPairs.from(rows.values());
}

const pairs = somePairs();
const keyOf = (a: unknown, b: unknown) => [a, b].map(String).sort().join(" ");
const keys = (part: ItemPairs | undefined, label?: number) =>
  [...(part?.rows() ?? [])]
    .filter((row) => label === undefined || row.label === label)
    .map(({ source, target }) => keyOf(source, target));
const itemsIn = (part: ItemPairs) =>
  new Set([...part.rows()].flatMap(({ source, target }) => [source, target]));

test("each pair goes into one part, and the held-out ones stand against as many that are not there", () => {
  const { train, validation, test, heldOutItems } = splitPairs(pairs, {
    test: 0.2,
    validation: 0.1,
  });
  expect([train.length, validation?.length, test.length]).toEqual([280, 2 * 40, 2 * 80]);
  const all = new Set(keys(pairs));
  expect(new Set([...keys(train), ...keys(validation, 1), ...keys(test, 1)])).toEqual(all);
  for (const key of [...keys(validation, 0), ...keys(test, 0)]) expect(all.has(key)).toBe(false);
  expect([...test.rows()].every(({ source, target }) => source !== target)).toBe(true);
  expect(train.weight).toHaveLength(280);
  expect([train.label, test.weight]).toEqual([undefined, undefined]);
  expect(heldOutItems).toBe(0);
});

test("the same seed gives the same split, another seed another", () => {
  const hash = (seed: number) => splitPairs(pairs, { seed }).test.hash();
  expect(hash(1)).toBe(hash(1));
  expect(hash(1)).not.toBe(hash(2));
});

test.each([0, 0.1])(
  'by "items" training sees nothing of the items that are held out (validation %d)',
  (validation) => {
    const { train, test, heldOutItems } = splitPairs(pairs, { by: "items", test: 0.3, validation });
    const known = itemsIn(train);
    const isUnseen = (key: string) => key.split(" ").some((item) => !known.has(item));
    const unseen = keys(test, 1).filter(isUnseen).length;
    expect(heldOutItems).toBeGreaterThan(0);
    expect(heldOutItems).toBe([...pairs.items].filter((item) => !known.has(item)).length);
    expect(unseen).toBeGreaterThan(0.8 * 60);
    expect(unseen).toBeLessThanOrEqual(60 + (validation === 0 ? 0 : 20)); // pairs with an item held out for validation
    expect(test.length).toBe(2 * 120);
    expect(keys(test, 0).filter(isUnseen)).toHaveLength(unseen);
  },
);

test("a pair that is there twice goes into one part with all its rows, which keep their relation", () => {
  const rows = [...pairs.rows()].flatMap(({ source, target }) => [
    { source, target, relation: "bought" },
    { source: target, target: source, relation: "viewed" },
  ]);
  const { train, test } = splitPairs(ItemPairs.from(rows), { test: 0.25 });
  expect(train.length).toBe(2 * 300);
  const known = new Set(keys(train));
  expect(keys(test, 1).some((key) => known.has(key))).toBe(false);
  const relations = (label: number) =>
    [...test.rows()].filter((row) => row.label === label).map(({ relation }) => relation);
  expect(relations(1)).toEqual(Array(100).fill(["bought", "viewed"]).flat());
  expect(relations(0)).toEqual(relations(1));
});

test("an item paired with itself stays in train", () => {
  const loops = ItemPairs.from([...pairs.rows(), { source: "i1", target: "i1", weight: 1 }]);
  expect(keys(splitPairs(loops).train)).toContain("i1 i1");
});

test("refuses labels, parts that would be empty, and shares that leave nothing", () => {
  const labelled = ItemPairs.from([{ source: "a", target: "b", label: 1 }]);
  expect(() => splitPairs(labelled)).toThrow(KithError);
  expect(() => splitPairs(labelled)).toThrow("they are divided already");
  const two = ItemPairs.from([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(() => splitPairs(two)).toThrow("no pair would be in test; there are too few pairs");
  expect(() => splitPairs(ItemPairs.from([]))).toThrow("no pair would be in train");
  expect(() => splitPairs(two, { test: 0.5, by: "items" })).toThrow(
    'no item has as few as 0 of the 2 pairs, so none can be held out; split by "pairs"',
  );
  expect(() => splitPairs(pairs, { test: 0.6, validation: 0.5 })).toThrow(OptionError);
  expect(() => splitPairs(pairs, { by: "users" } as object)).toThrow('"pairs", "items"');
  expect(() => splitPairs(pairs, { share: 0.5 } as object)).toThrow('option "share" is unknown');
});

test("does not search forever where nearly all pairs are there", () => {
  const rows: [string, string][] = [];
  for (let a = 0; a < 9; a++) for (let b = 0; b < a; b++) rows.push([`i${a}`, `i${b}`]);
  expect(() => splitPairs(ItemPairs.from(rows))).toThrow("nearly all there could be are there");
});
