import { OptionError, Rng } from "@kith/core-tensors";
import { Sequences, type TokenSource } from "@kith/data";
import { countWindowPairs, type WindowPairsOptions, windowPairs } from "../src/index.ts";
import { count, surprise } from "./support.ts";

/** "centre>context" of all pairs, in order. */
function pairsOf(source: TokenSource, options: WindowPairsOptions, rng = new Rng(1)): string[] {
  return Array.from(windowPairs(source, options, rng)).flatMap(({ left, right }) =>
    Array.from(left, (centre, n) => `${centre}>${right[n]}`),
  );
}

const short = Sequences.fromColumns({
  items: Sequences.from([[0, 1, 2, 3, 4, 5, 6, 7]]).items,
  offsets: Uint32Array.of(0, 4, 4, 5, 8),
  values: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 5), // 0 1 2 3 | | 4 | 5 6 5
});

test("without random spans gives every token within the window but the centre, and none of another sequence", () => {
  expect(pairsOf(short, { window: 1, dynamic: false })).toEqual(
    ["0>1", "1>0", "1>2", "2>1", "2>3", "3>2", "5>6", "6>5", "6>5", "5>6"], // 4 is alone
  );
  expect(pairsOf(short, { window: 2, dynamic: false }).slice(0, 10)).toEqual([
    "0>1",
    "0>2",
    "1>0",
    "1>2",
    "1>3",
    "2>0",
    "2>1",
    "2>3",
    "3>1",
    "3>2",
  ]);
  expect(pairsOf(short, { window: 9, dynamic: false })).toHaveLength(4 * 3 + 3 * 2);
  expect(pairsOf(short, { window: 9, dynamic: false }).slice(-6)).toEqual(
    ["5>6", "5>5", "6>5", "6>5", "5>5", "5>6"], // the same item further on is a context
  );
});

test("random spans are uniform in 1 … window, the same on both sides", () => {
  const window = 4;
  const long = Sequences.from([Array.from({ length: 5001 }, (_, n) => n)]);
  const spans: number[][] = Array.from({ length: long.tokens }, () => []);
  for (const { left, right } of windowPairs(long, { window }, new Rng(3)))
    for (let n = 0; n < left.length; n++) spans[left[n]].push(right[n] - left[n]);
  const inner = spans.slice(window, -window).map(String);
  const shapes = ["-1,1", "-2,-1,1,2", "-3,-2,-1,1,2,3", "-4,-3,-2,-1,1,2,3,4"];
  expect(new Set(inner)).toEqual(new Set(shapes));
  let at = 0;
  const counts = count(window, inner.length, () => shapes.indexOf(inner[at++]));
  expect(surprise(counts, [0.25, 0.25, 0.25, 0.25])).toBeLessThan(5);
});

test("chunks have the size asked for, and the same pairs whatever it is", () => {
  const rng = new Rng(5);
  const many = Sequences.from(
    Array.from({ length: 300 }, () => Array.from({ length: rng.below(30) }, () => rng.below(50))),
  );
  const whole = pairsOf(many, { window: 3 });
  for (const pairsPerChunk of [1, 7, 1000, 2 ** 20]) {
    const chunks = Array.from(windowPairs(many, { window: 3, pairsPerChunk }, new Rng(1)));
    const sizes = chunks.map(({ left, right }) => {
      expect(left.length).toBe(right.length);
      return left.length;
    });
    expect(sizes.slice(0, -1).every((size) => size === pairsPerChunk)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(whole.length);
    expect(
      chunks.flatMap(({ left, right }) => Array.from(left, (c, n) => `${c}>${right[n]}`)),
    ).toEqual(whole);
  }
});

test("are a function of the stream alone, and however the source is cut", () => {
  const rng = new Rng(8);
  const long = Sequences.from(
    Array.from({ length: 2000 }, () => Array.from({ length: 20 }, () => rng.below(9))),
  );
  const stream = new Rng(2);
  const first = pairsOf(long, {}, stream);
  stream.next(); // its position does not matter
  expect(pairsOf(long, {}, stream)).toEqual(first);
  const recut: TokenSource = {
    ...long,
    sequences: long.sequences,
    tokens: long.tokens,
    chunks: () => long.chunks(100),
  };
  expect(pairsOf(recut, {}, new Rng(2))).toEqual(first);
  expect(pairsOf(long, {}, new Rng(3))).not.toEqual(first);
});

test("chunks are the caller's to keep", () => {
  const chunks = Array.from(
    windowPairs(short, { window: 1, dynamic: false, pairsPerChunk: 3 }, new Rng(1)),
  );
  expect(chunks.map(({ left }) => [...left])).toEqual([[0, 1, 1], [2, 2, 3], [5, 6, 6], [5]]);
});

test("the count is exact without random spans, and the mean with them", () => {
  for (const window of [1, 2, 3, 7, 100])
    expect(countWindowPairs(short, { window, dynamic: false })).toBe(
      pairsOf(short, { window, dynamic: false }).length,
    );
  const rng = new Rng(6);
  const many = Sequences.from(
    Array.from({ length: 3000 }, () => Array.from({ length: rng.below(12) }, () => 1)),
  );
  for (const window of [1, 2, 5, 20]) {
    const drawn = pairsOf(many, { window }).length;
    expect(Math.abs(countWindowPairs(many, { window }) / drawn - 1)).toBeLessThan(0.02);
  }
  expect(countWindowPairs(many, { window: 1 })).toBe(pairsOf(many, { window: 1 }).length);
});

test("there are none in sequences that are empty or of one token", () => {
  for (const lists of [[], [[]], [["a"], ["b"], []]]) {
    const source = Sequences.from(lists);
    expect(pairsOf(source, {})).toEqual([]);
    expect(countWindowPairs(source)).toBe(0);
  }
});

test.each([
  [{ window: 0 }, "window"],
  [{ window: 1.5 }, "window"],
  [{ pairsPerChunk: 0 }, "pairsPerChunk"],
  [{ dynamic: 1 }, "dynamic"],
  [{ widow: 3 }, "widow"],
])("refuses %j", (options, name) => {
  const wrong = options as WindowPairsOptions;
  expect(() => windowPairs(short, wrong, new Rng(1)).next()).toThrow(OptionError);
  expect(() => countWindowPairs(short, wrong)).toThrow(name);
});
