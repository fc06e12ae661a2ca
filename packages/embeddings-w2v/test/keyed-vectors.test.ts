import { heap, kernels, Rng, Tensor } from "@kith/core-tensors";
import { type Id, Vocabulary } from "@kith/data";
import { KeyedVectors } from "@kith/embeddings-w2v";
import { keyed, randomVectors } from "./support.ts";

const compass = () => keyed({ east: [2, 0], northeast: [1, 1], north: [0, 3], west: [-4, 0] });

/** What a plain sort by float64 cosines says. */
function bySorting(vectors: KeyedVectors, query: ArrayLike<number>, leftOut: readonly Id[]) {
  const cosine = (v: ArrayLike<number>) => {
    let [dot, v2, q2] = [0, 0, 0];
    for (let j = 0; j < v.length; j++) {
      dot += v[j] * query[j];
      v2 += v[j] ** 2;
      q2 += query[j] ** 2;
    }
    return v2 * q2 === 0 ? 0 : dot / Math.sqrt(v2 * q2);
  };
  return vectors.items
    .ids()
    .filter((id) => !leftOut.includes(id))
    .map((id) => ({ id, score: cosine(vectors.vector(id)) }))
    .sort((a, b) => b.score - a.score);
}

describe("looking up", () => {
  test("finds vectors by id, a number and its decimal string meaning the same", () => {
    const vectors = keyed({ "7": [1, 2, 3], "8": [4, 5, 6] });
    expect(vectors.dim).toBe(3);
    expect([...vectors.vector(7)]).toEqual([1, 2, 3]);
    expect(vectors.has("8")).toBe(true);
    expect(vectors.has("9")).toBe(false);
  });

  test("hands out copies of vectors", () => {
    const vectors = compass();
    vectors.vector("east").fill(9);
    expect([...vectors.vector("east")]).toEqual([2, 0]);
  });

  test("keeps a plain array as it is, and copies one that lies on the heap", () => {
    const items = Vocabulary.from(["a", "b"]);
    const plain = Float32Array.of(1, 2, 3, 4);
    expect(new KeyedVectors(items, plain).vectors).toBe(plain);
    const tensor = Tensor.from([1, 2, 3, 4], [2, 2]);
    const copied = new KeyedVectors(items, tensor.data);
    tensor.data.fill(0);
    tensor.dispose();
    expect([...copied.vectors]).toEqual([1, 2, 3, 4]);
  });
});

describe("similarity", () => {
  test("is the cosine", () => {
    const vectors = compass();
    expect(vectors.similarity("east", "northeast")).toBeCloseTo(Math.SQRT1_2, 15);
    expect(vectors.similarity("east", "north")).toBe(0);
    expect(vectors.similarity("east", "west")).toBe(-1);
    expect(vectors.similarity("north", "north")).toBe(1);
  });

  test("of a zero vector to anything is 0, to itself too", () => {
    const vectors = keyed({ zero: [0, 0], a: [1, 2], b: [-1, 0] });
    expect(vectors.similarity("zero", "a")).toBe(0);
    expect(vectors.similarity("zero", "zero")).toBe(0);
    expect(vectors.similar("zero")).toEqual({ items: ["a", "b"], scores: Float32Array.of(0, 0) });
    expect(vectors.similar("b").items).toEqual(["zero", "a"]);
  });

  test("neither overflows nor vanishes at the ends of float32", () => {
    const vectors = keyed({ big: [3e38, 3e38], tiny: [1e-45, 1e-45], a: [1, 1] });
    expect(vectors.similarity("big", "tiny")).toBeCloseTo(1, 12);
    for (const score of vectors.similar("a").scores) expect(score).toBeCloseTo(1, 6);
  });

  test("never exceeds 1, as float32 sums would", () => {
    const rows: Record<string, number[]> = {};
    const rng = new Rng(3);
    for (let i = 0; i < 40; i++) {
      const row = Array.from({ length: 33 }, () => rng.next() - 0.5);
      rows[`a${i}`] = row;
      rows[`b${i}`] = row;
    }
    const vectors = keyed(rows);
    for (const id of vectors.items) {
      expect(vectors.similarity(id, id)).toBeLessThanOrEqual(1);
      const [best] = vectors.similar(id, 1).scores;
      expect(best).toBeLessThanOrEqual(1);
      expect(best).toBeGreaterThan(0.999999);
    }
  });
});

describe("the most similar items", () => {
  test("come best first, without the item itself, equal ones by position", () => {
    const vectors = keyed({ a: [1, 0], b: [0, 1], c: [3, 0], d: [0, 2], e: [1, 1] });
    expect(vectors.similar("a", 4).items).toEqual(["c", "e", "b", "d"]);
    expect(vectors.similar("a", 2).items).toEqual(["c", "e"]);
    expect(vectors.similar("a", 99).items).toHaveLength(4);
  });

  test.each([
    [1, 1],
    [7, 3],
    [999, 16],
    [5000, 9],
    [1030, 4099], // more than a block of a batch
  ])("of %d × %d are those that sorting finds, one by one and in batches", (items, dim) => {
    const vectors = randomVectors(items, dim, 5);
    const ids = vectors.items.ids().slice(0, 11);
    const batch = vectors.similarBatch(ids, 20);
    expect(batch).toHaveLength(ids.length);
    ids.slice(0, items > 1000 ? 2 : 11).forEach((id, n) => {
      const expected = bySorting(vectors, vectors.vector(id), [id]).slice(0, 20);
      for (const { items, scores } of [vectors.similar(id, 20), batch[n]]) {
        expect(items).toEqual(expected.map((best) => best.id));
        expected.forEach(({ score }, j) => {
          expect(scores[j]).toBeCloseTo(score, 5);
        });
      }
    });
    vectors.dispose();
  });

  test("keep the lower of equal items in a batch whose vectors come in several blocks", () => {
    const [items, dim] = [9000, 512]; // a block holds 8192
    const numbers = new Float32Array(items * dim);
    for (const i of [0, 1, 8191, 8192, 8999]) numbers[i * dim] = i + 1;
    numbers[5 * dim] = -1;
    const vectors = new KeyedVectors(
      Vocabulary.from(Array.from({ length: items }, (_, i) => i)),
      numbers,
    );
    const rankings = vectors.similarBatch([8192, 0, 5, 8999, 1, 2], 5);
    expect(rankings[0].items).toEqual([0, 1, 8191, 8999, 2]);
    expect(rankings[1].items).toEqual([1, 8191, 8192, 8999, 2]);
    expect(rankings[2].items).toEqual([2, 3, 4, 6, 7]);
    expect(rankings[5].items).toEqual([0, 1, 3, 4, 5]);
    vectors.dispose();
  });

  test("can be more than a block holds", () => {
    const vectors = randomVectors(300, 16_384, 6); // a block holds 256
    const [ranking] = vectors.similarBatch([0, 1, 2, 3], 300);
    expect(ranking.items).toHaveLength(299);
    expect(new Set(ranking.items).size).toBe(299);
    expect([...ranking.scores]).toEqual([...ranking.scores].sort((a, b) => b - a));
    vectors.dispose();
  });

  test("are the same for a vector as for the item that has it, but for the item", () => {
    const vectors = randomVectors(50, 8, 9);
    const found = vectors.similarTo(vectors.vector(3), { k: 5, exclude: [3] });
    expect(found).toEqual(vectors.similar(3, 5));
    expect(vectors.similarTo(vectors.vector(3)).items[0]).toBe(3);
    expect(vectors.similarTo(Array.from(vectors.vector(3), (x) => 100 * x)).items[0]).toBe(3);
  });

  test("of several vectors come as several lists, of none as none", () => {
    const vectors = randomVectors(50, 8, 9);
    const three = [1, 2, 3].map((id) => vectors.vector(id));
    const lists = vectors.similarTo(three, { k: 2, exclude: [9, 9] });
    expect(lists.map(({ items }) => items[0])).toEqual([1, 2, 3]);
    expect(lists.flatMap(({ items }) => items)).not.toContain(9);
    expect(vectors.similarTo([], { k: 2 })).toEqual([]);
    expect(vectors.similarBatch([])).toEqual([]);
  });

  test("of a batch never need queries × items scores", () => {
    const vectors = randomVectors(20_000, 4, 2);
    vectors.similar(0);
    const { gemm } = kernels();
    const { peak } = heap();
    const lists = vectors.similarBatch(vectors.items.ids().slice(0, 4000), 3);
    expect(lists).toHaveLength(4000);
    expect(heap().peak - peak).toBeLessThan(64 * 2 ** 20); // 4000 × 20,000 scores are 305 MiB
    expect(kernels().gemm).toBe(gemm);
    vectors.dispose();
  });
});

describe("an analogy", () => {
  const royal = () =>
    keyed({
      man: [1, 0, 0.1],
      woman: [0, 1, 0.1],
      king: [1, 0, 2],
      queen: [0, 1, 2.1],
      prince: [1, 0.1, 1.5],
      tea: [-1, -1, -1],
    });

  test("adds unit vectors and takes away others, and leaves out what was given", () => {
    const { items, scores } = royal().analogy(
      { positive: ["king", "woman"], negative: ["man"] },
      3,
    );
    expect(items[0]).toBe("queen");
    expect(items).not.toContain("king");
    const unit = (v: Float32Array) => v.map((x) => x / Math.hypot(...v));
    const [king, woman, man, queen] = ["king", "woman", "man", "queen"].map((id) =>
      unit(royal().vector(id)),
    );
    const sum = king.map((x, j) => x + woman[j] - man[j]);
    const dot = unit(sum).reduce((s, x, j) => s + x * queen[j], 0);
    expect(scores[0]).toBeCloseTo(dot, 6);
  });

  test("counts an item given twice twice", () => {
    const vectors = compass();
    const once = vectors.analogy({ positive: ["east", "north"] }).scores;
    const twice = vectors.analogy({ positive: ["east", "east", "north"] }).scores;
    expect(once[0]).toBeCloseTo(1, 6);
    expect(twice[0]).toBeCloseTo(3 / Math.sqrt(10), 6);
  });

  test("may have one side only, and scores 0 when its sides cancel out", () => {
    const vectors = compass();
    expect(vectors.analogy({ negative: ["east"] }, 1).items).toEqual(["west"]);
    expect([...vectors.analogy({ positive: ["east"], negative: ["east"] }).scores]).toEqual([
      0, 0, 0,
    ]);
  });
});

describe("memory", () => {
  test("on the heap is taken by the first search and given back by dispose, after which searching works again", () => {
    const vectors = randomVectors(3000, 100, 1);
    const before = heap().allocated;
    const first = vectors.similar(0);
    const unit = heap().allocated - before;
    expect(unit).toBeGreaterThanOrEqual(3000 * 100 * 4);
    vectors.similar(1);
    vectors.dispose();
    vectors.dispose();
    expect(heap().allocated).toBeLessThanOrEqual(before + unit - 3000 * 100 * 4);
    expect(vectors.similar(0)).toEqual(first);
    vectors.dispose();
  });

  test("that the heap does not have is refused beforehand", () => {
    const vectors = randomVectors(1000, 100, 1);
    const hog = heap().allocate(heap().limit - heap().allocated - 2 ** 20);
    try {
      expect(() => vectors.similar(0)).toThrow(
        /^KeyedVectors: the unit vectors of 1,000 × 100 needs about \d+ MiB, and 1 MiB of/,
      );
    } finally {
      heap().free(hog);
    }
    expect(vectors.similar(0).items).toHaveLength(10);
    vectors.dispose();
  });
});

describe("what cannot be is refused by name", () => {
  const two = Vocabulary.from(["a", "b"]);

  test.each([
    [
      "no items",
      () => new KeyedVectors(Vocabulary.from([]), new Float32Array(0)),
      /expected at least one item, got \[0\]/,
    ],
    [
      "no numbers",
      () => new KeyedVectors(two, new Float32Array(0)),
      /vectors of one length for 2 items.*got \[0\]/,
    ],
    [
      "a part of a vector",
      () => new KeyedVectors(two, new Float32Array(5)),
      /a multiple of 2 numbers, got \[5\]/,
    ],
    [
      "NaN",
      () => new KeyedVectors(two, Float32Array.of(1, 2, 3, Number.NaN)),
      /number 2 of the vector of "b" is NaN/,
    ],
    [
      "infinity",
      () => new KeyedVectors(two, Float32Array.of(-1 / 0, 2)),
      /number 1 of the vector of "a" is -Infinity/,
    ],
    [
      "a plain array",
      () => new KeyedVectors(two, [1, 2] as unknown as Float32Array),
      /must be a Float32Array, got Array/,
    ],
    [
      "a list of ids",
      () => new KeyedVectors(["a"] as unknown as Vocabulary, new Float32Array(1)),
      /must be a Vocabulary/,
    ],
  ])("in the making: %s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each<[string, (vectors: KeyedVectors) => unknown, string | RegExp]>([
    [
      "an unknown item",
      (v) => v.similar("x"),
      'KeyedVectors: item "x" is unknown; there are 4 items',
    ],
    ["one of a batch", (v) => v.similarBatch(["east", 5]), "item 5 is unknown"],
    ["of a similarity", (v) => v.similarity("east", "x"), 'item "x" is unknown'],
    [
      "of an analogy",
      (v) => v.analogy({ positive: ["east"], negative: ["x"] }),
      'item "x" is unknown',
    ],
    ["to exclude", (v) => v.similarTo([1, 0], { exclude: ["x"] }), 'item "x" is unknown'],
    ["to look up", (v) => v.vector("x"), 'item "x" is unknown'],
    [
      "a text for a list",
      (v) => v.similarBatch("east"),
      'similarBatch: option "ids" must be a list of items, got "east"',
    ],
    [
      "k of 0",
      (v) => v.similar("east", 0),
      'similar: option "k" must be a whole number of at least 1, got 0',
    ],
    ["a broken k", (v) => v.similarBatch(["east"], 1.5), "got 1.5"],
    ["no k", (v) => v.similarTo([1, 0], { k: Number.NaN }), "got NaN"],
    [
      "an unknown option",
      (v) => v.similarTo([1, 0], { top: 3 } as object),
      /option "top" is unknown; it takes k, exclude/,
    ],
    [
      "a short vector",
      (v) => v.similarTo([1]),
      "similarTo: expected vectors of 2 numbers, got [1]",
    ],
    [
      "a long one among several",
      (v) =>
        v.similarTo([
          [1, 2],
          [1, 2, 3],
        ]),
      "got [3]",
    ],
    [
      "an item where a vector is wanted",
      (v) => v.similarTo("east" as unknown as Float32Array),
      'must be a vector or a list of vectors, got "east"; for an item use similar(id)',
    ],
    ["NaN in a vector", (v) => v.similarTo([1, Number.NaN]), "number 2 of the vector is NaN"],
    ["nothing in an analogy", (v) => v.analogy({}), "must name at least one item"],
  ])("in a question: %s", (_, ask, message) => {
    expect(() => ask(compass())).toThrow(message);
  });
});
