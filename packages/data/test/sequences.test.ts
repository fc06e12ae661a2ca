import { Interactions, Sequences, type TokenChunk, Vocabulary } from "@kith/data";

const u32 = (...values: number[]) => Uint32Array.from(values);
const small = () => Sequences.from([["a", "b", "a"], ["c"], [], ["b", "c"]]);
const plain = (chunks: Iterable<TokenChunk>) =>
  Array.from(chunks, ({ tokens, offsets }) => [[...tokens], [...offsets]]);

describe("Sequences", () => {
  test("are dense indices end to end, with offsets", () => {
    const sequences = small();
    expect([sequences.sequences, sequences.tokens]).toEqual([4, 6]);
    expect(sequences.items.ids()).toEqual(["a", "b", "c"]);
    expect(sequences.values).toEqual(u32(0, 1, 0, 2, 1, 2));
    expect(sequences.offsets).toEqual(u32(0, 3, 4, 4, 6));
    expect([...sequences.lists()]).toEqual([["a", "b", "a"], ["c"], [], ["b", "c"]]);
    expect(Sequences.from(sequences.lists()).hash()).toBe(sequences.hash());
  });

  test("take numbers, any Unicode, any iterable, and none at all", () => {
    const numbers = Sequences.from([new Set([3, 1]), u32(1, 7)]);
    expect([...numbers.lists()]).toEqual([
      [3, 1],
      [1, 7],
    ]);
    expect([...Sequences.from([["👩‍👧", "日本語"]]).lists()]).toEqual([["👩‍👧", "日本語"]]);
    const none = Sequences.from([]);
    expect([none.sequences, none.tokens, [...none.chunks(5)].length]).toEqual([0, 0, 0]);
  });

  test("name the sequence with an id that cannot be", () => {
    expect(() => Sequences.from([["a"], ["b", ""]])).toThrow(
      "Sequences: sequence 1, item: Vocabulary: an id is empty",
    );
    expect(() => Sequences.from([["a"], "bc"])).toThrow(
      'Sequences: sequence 1 is the text "bc"; expected a list of ids',
    );
    expect(() => Sequences.from([["a"], 7 as never])).toThrow(
      "Sequences: sequence 1: expected a list of ids, got number",
    );
    expect(() => Sequences.from(null as never)).toThrow(
      "expected a list of lists of ids, got null",
    );
  });

  test("fromColumns keeps arrays that fit and refuses others", () => {
    const items = Vocabulary.from(["a", "b"]);
    const columns = { items, offsets: u32(0, 2, 3), values: u32(0, 1, 0) };
    expect(Sequences.fromColumns(columns).values).toBe(columns.values);
    const refused = (more: object) => () => Sequences.fromColumns({ ...columns, ...more });
    expect(refused({ offsets: u32() })).toThrow(
      "offsets must run from 0 to the number of values, 3",
    );
    expect(refused({ offsets: u32(1, 3) })).toThrow("offsets must run from 0");
    expect(refused({ offsets: u32(0, 2) })).toThrow("offsets must run from 0");
    expect(refused({ offsets: u32(0, 3, 2, 3) })).toThrow("must not descend, but entry 2 does");
    expect(refused({ values: u32(0, 2, 0) })).toThrow(
      "row 1: value 2 is beyond the vocabulary of 2",
    );
  });

  test("fromInteractions puts each user's items in order of time, equal times in row order", () => {
    const data = Interactions.from([
      ["ann", "x", 1, 50],
      ["bob", "y", 1, 40],
      ["ann", "w", 1, 20],
      ["ann", "x", 1, 20],
      ["bob", "z", 1, 40],
    ]);
    const sequences = Sequences.fromInteractions(data);
    expect(sequences.items).toBe(data.items);
    expect([...sequences.lists()]).toEqual([
      ["w", "x", "x"],
      ["y", "z"],
    ]);
  });

  test("fromInteractions goes by rows without times, and a user without rows has an empty sequence", () => {
    const data = Interactions.from([
      ["ann", "x"],
      ["bob", "y"],
      ["ann", "w"],
    ]);
    const left = data.select((row) => row !== 1);
    expect([...Sequences.fromInteractions(left).lists()]).toEqual([["x", "w"], []]);
  });

  test("chunks hold whole sequences, up to so many tokens, the same each time", () => {
    const chunks = small().chunks(4);
    const expected = [
      [
        [0, 1, 0, 2],
        [0, 3, 4, 4],
      ],
      [
        [1, 2],
        [0, 2],
      ],
    ];
    expect(plain(chunks)).toEqual(expected);
    expect(plain(chunks)).toEqual(expected);
    expect(plain(small().chunks(100))).toEqual([
      [
        [0, 1, 0, 2, 1, 2],
        [0, 3, 4, 4, 6],
      ],
    ]);
  });

  test("a sequence longer than a chunk is not cut", () => {
    expect(plain(small().chunks(1))).toEqual([
      [
        [0, 1, 0],
        [0, 3],
      ],
      [[2], [0, 1, 1]],
      [
        [1, 2],
        [0, 2],
      ],
    ]);
    for (const size of [0, -1, 1.5, Number.NaN])
      expect(() => small().chunks(size)).toThrow("a whole number of tokens, at least 1");
  });

  test("chunks of any size put together are the whole", () => {
    const lists = Array.from({ length: 50 }, (_, s) =>
      Array.from({ length: (s * 7) % 11 }, (_, i) => `i${(s * i) % 13}`),
    );
    const whole = Sequences.from(lists);
    for (let size = 1; size < 300; size += 13) {
      const chunks = [...whole.chunks(size)];
      expect(chunks.flatMap(({ tokens }) => [...tokens])).toEqual([...whole.values]);
      expect(chunks.reduce((n, { offsets }) => n + offsets.length - 1, 0)).toBe(50);
      for (const { tokens, offsets } of chunks) {
        expect([offsets[0], offsets.at(-1)]).toEqual([0, tokens.length]);
        expect(tokens.length <= size || offsets.filter((offset) => offset > 0).length === 1).toBe(
          true,
        );
      }
    }
  });

  test("hash tells where sequences end", () => {
    const hash = small().hash();
    expect(hash).toBe("758d02f275d9de68"); // never changes: results are compared by it across versions
    const others = [
      [["a", "b", "a", "c"], [], ["b", "c"]],
      [["a", "b", "a"], ["c"], ["b", "c"]],
      [["b", "a", "b"], ["c"], [], ["a", "c"]],
    ].map((lists) => Sequences.from(lists).hash());
    expect(new Set([hash, ...others]).size).toBe(4);
  });
});
