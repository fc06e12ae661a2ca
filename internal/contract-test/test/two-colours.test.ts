import { pairsAsSequences, twoColours } from "../src/index.ts";

const { train, test: labelled } = twoColours(8);
const colourOf = (id: string | number) => Number(String(id).slice(1)) % 2;

test("there are all pairs of one colour to learn from, but for those half the size apart", () => {
  const pairs = Array.from(train.rows(), ({ source, target }) => `${source}-${target}`);
  expect(pairs).toEqual("i0-i2 i0-i6 i1-i3 i1-i7 i2-i4 i3-i5 i4-i6 i5-i7".split(" "));
});

test("the withheld pairs are of one colour, and those they are compared with of two", () => {
  const rows = Array.from(labelled.rows());
  const withheld = rows.filter(({ label }) => label === 1);
  expect(withheld.map(({ source, target }) => `${source}-${target}`)).toEqual(
    "i0-i4 i1-i5 i2-i6 i3-i7".split(" "),
  );
  expect(rows).toHaveLength(4 + 16);
  for (const { source, target, label } of rows)
    expect(colourOf(source) === colourOf(target)).toBe(label === 1);
});

test("pairs as sequences are the same pairs, with the same items", () => {
  const sequences = pairsAsSequences(train);
  const pairs = Array.from(train.rows(), ({ source, target }) => [source, target]);
  expect(Array.from(sequences.lists())).toEqual(pairs);
  expect(sequences.items).toBe(train.items);
});
