import { KithError } from "@kith/core-tensors";
import { type Id, Sequences, type TokenSource, type Vocabulary } from "@kith/data";
import { CHUNK, type Corpus, readCorpus } from "../src/training/corpus.ts";
import { subsampling } from "../src/training/subsampling.ts";
import { cutVocabulary } from "../src/training/vocabulary-cut.ts";

/** 12,000 sequences of "a", "b", an item of its own and "c", and 12,000 of one of its own, "d" and "a". */
const LONG = Sequences.from([
  ...Array.from({ length: 12_000 }, (_, n) => ["a", "b", `x${n}`, "c"]),
  ...Array.from({ length: 12_000 }, (_, n) => [`y${n}`, "d", "a"]),
]);

function read(data: Sequences, keep = false): Promise<Corpus> {
  return readCorpus(data, data.items.size, { keep });
}

/** The sequences of a source, in ids. */
function lists(source: TokenSource, items: Vocabulary): Id[][] {
  return Array.from(source.chunks(CHUNK)).flatMap(({ tokens, offsets }) =>
    Array.from({ length: offsets.length - 1 }, (_, s) =>
      Array.from(tokens.subarray(offsets[s], offsets[s + 1]), (n) => items.id(n)),
    ),
  );
}

test("a corpus that is kept is read once, and is the same as one that is read each time", async () => {
  let reads = 0;
  const counted: TokenSource = {
    ...{ sequences: LONG.sequences, tokens: LONG.tokens },
    chunks(size) {
      reads++;
      return LONG.chunks(size);
    },
  };
  const size = LONG.items.size;
  const kept = await readCorpus(counted, size, { keep: true });
  const again = await readCorpus(counted, size, { keep: false });
  expect(reads).toBe(2);
  const chunks = [kept, again].map(({ source }) => Array.from(source.chunks(CHUNK)));
  expect(reads).toBe(3);
  expect(chunks[0].length).toBe(3);
  expect(chunks[0]).toEqual(chunks[1]);
  expect({ ...kept, source: 0 }).toEqual({ ...again, source: 0 });
  expect([kept.tokens, kept.steps]).toEqual([84_000, 3]);
  expect([kept.source.sequences, kept.source.tokens]).toEqual([24_000, 84_000]);
  expect(["a", "b", "d", "x7"].map((id) => kept.counts[LONG.items.indexOf(id)])).toEqual([
    24_000, 12_000, 12_000, 1,
  ]);
});

test("items below the minimum are cut out of all chunks, and their neighbours close up", async () => {
  for (const keep of [true, false]) {
    const corpus = cutVocabulary("Test", await read(LONG, keep), LONG.items, 2);
    expect(corpus.items.ids()).toEqual(["a", "b", "c", "d"]);
    expect([corpus.rare, corpus.tokens, corpus.source.tokens]).toEqual([24_000, 60_000, 60_000]);
    expect([...corpus.counts]).toEqual([24_000, 12_000, 12_000, 12_000]);
    const left = lists(corpus.source, corpus.items).map((list) => list.join(" "));
    expect(left.length).toBe(24_000);
    expect(new Set(left.slice(0, 12_000))).toEqual(new Set(["a b c"]));
    expect(new Set(left.slice(12_000))).toEqual(new Set(["d a"]));
  }
});

test("without rare items nothing is copied", async () => {
  const data = Sequences.from([["a", "b"]]);
  const corpus = await read(data);
  const cut = cutVocabulary("Test", corpus, data.items, 1);
  expect(cut.source).toBe(data);
  expect(cut.items).toBe(data.items);
  expect(cut.rare).toBe(0);
});

test("items of the vocabulary that never occur are left out whatever the minimum", async () => {
  const all = Sequences.from([["a", "b", "c"]]);
  const data = Sequences.fromColumns({
    ...{ items: all.items, offsets: Uint32Array.of(0, 2), values: Uint32Array.of(2, 0) },
  });
  const corpus = cutVocabulary("Test", await read(data), data.items, 1);
  expect(corpus.items.ids()).toEqual(["a", "c"]);
  expect([...corpus.renumbered]).toEqual([0, -1, 1]);
  expect(lists(corpus.source, corpus.items)).toEqual([["c", "a"]]);
});

test("known items stay with their numbers and add up, new ones come behind", async () => {
  const known = {
    items: Sequences.from([["q", "b", "r"]]).items,
    counts: Float64Array.of(5, 6, 7),
  };
  const data = Sequences.from([
    ["a", "b", "z", "a"],
    ["c", "b", "c", "b"],
  ]);
  const corpus = cutVocabulary("Test", await read(data), data.items, 2, known);
  expect(corpus.items.ids()).toEqual(["q", "b", "r", "a", "c"]);
  expect([...corpus.counts]).toEqual([5, 6 + 3, 7, 2, 2]);
  expect(corpus.rare).toBe(1);
  expect(corpus.tokens).toBe(7);
  expect(lists(corpus.source, corpus.items)).toEqual([
    ["a", "b", "a"],
    ["c", "b", "c", "b"],
  ]);
  // A known item stays however rare it is; what has nothing known and nothing frequent is refused.
  const rare = Sequences.from([["q", "y"]]);
  expect(cutVocabulary("Test", await read(rare), rare.items, 2, known).tokens).toBe(1);
  const foreign = Sequences.from([["y", "x"]]);
  const corpusOfNone = await read(foreign);
  expect(() => cutVocabulary("Test", corpusOfNone, foreign.items, 2, known)).toThrow(KithError);
});

test("reading stops when the signal aborts", async () => {
  const endless: TokenSource = {
    ...{ sequences: 1, tokens: 1 },
    *chunks() {
      for (;;) yield { tokens: new Uint32Array(CHUNK), offsets: Uint32Array.of(0, CHUNK) };
    },
  };
  const controller = new AbortController();
  const { signal } = controller;
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await expect(readCorpus(endless, 1, { keep: false, signal })).rejects.toThrow("enough");
});

test("subsampling has word2vec's probabilities, and none at threshold 0", () => {
  const counts = Float64Array.of(900, 90, 9, 1, 0);
  expect(subsampling(counts, 0)).toBeUndefined();
  const words = Array.from(subsampling(counts, 0.01) ?? [], (word) => (word + 1) / 2 ** 32);
  [0.9, 0.09].forEach((f, n) => {
    expect(words[n]).toBeCloseTo((Math.sqrt(f / 0.01) + 1) * (0.01 / f), 8);
  });
  expect(words.slice(2)).toEqual([1, 1, 1]); // below a share of about 0.026 all are kept
});
