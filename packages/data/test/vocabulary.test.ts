import { Vocabulary, VocabularyBuilder } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("Vocabulary", () => {
  test("numbers ids in order of first appearance", () => {
    const vocabulary = Vocabulary.from(["b", "a", "b", "c"]);
    expect(vocabulary.ids()).toEqual(["b", "a", "c"]);
    expect([...vocabulary]).toEqual(["b", "a", "c"]);
    expect(vocabulary.size).toBe(3);
    expect(vocabulary.indexOf("a")).toBe(1);
    expect(vocabulary.indexOf("d")).toBe(-1);
    expect(vocabulary.has("c")).toBe(true);
  });

  test("gives numbers back as numbers, and finds them by their digits too", () => {
    const vocabulary = Vocabulary.from([10, -2.5, 1e21, 0]);
    expect(vocabulary.numeric).toBe(true);
    expect(vocabulary.ids()).toEqual([10, -2.5, 1e21, 0]);
    expect(vocabulary.indexOf("10")).toBe(0);
    expect(vocabulary.indexOf(-2.5)).toBe(1);
    expect(vocabulary.indexOf(-0)).toBe(3);
  });

  test("takes any Unicode and any length, and keeps them apart", () => {
    const ids = [
      "é",
      "e\u0301",
      "\uFEFFx",
      "x",
      "日本語",
      "👩‍👩‍👧",
      "\0",
      "\0\0",
      "a\0",
      "a",
      " a",
      "x".repeat(5000),
    ];
    const vocabulary = Vocabulary.from(ids);
    expect(vocabulary.ids()).toEqual(ids);
    expect(ids.map((id) => vocabulary.indexOf(id))).toEqual(ids.map((_, i) => i));
  });

  test("holds a hundred thousand ids of one to twenty-four bytes", () => {
    const ids = Array.from(
      { length: 100_000 },
      (_, i) => (i * 7919).toString(36) + "z".repeat(i % 21),
    );
    const vocabulary = Vocabulary.from(ids);
    expect(vocabulary.size).toBe(new Set(ids).size);
    for (let i = 0; i < ids.length; i += 997)
      expect(vocabulary.id(vocabulary.indexOf(ids[i]))).toBe(ids[i]);
  });

  test("tells ids apart that differ in one byte, wherever it is, or in their length", () => {
    const ids = ["y".repeat(40)];
    for (let length = 1; length <= 40; length++)
      for (let at = 0; at < length; at++)
        ids.push(`${"y".repeat(at)}z${"y".repeat(length - at - 1)}`);
    const vocabulary = Vocabulary.from(ids);
    expect(vocabulary.size).toBe(1 + (40 * 41) / 2);
    expect(ids.map((id) => vocabulary.indexOf(id))).toEqual(ids.map((_, i) => i));
  });

  test("refuses ids that could not be told apart or found again", () => {
    expect(() => Vocabulary.from([1, "a"])).toThrow(
      'Vocabulary: ids are all numbers or all strings, but numbers came before "a"; convert them with String(id)',
    );
    expect(() => Vocabulary.from([""])).toThrow("Vocabulary: an id is empty");
    expect(() => Vocabulary.from([Number.NaN])).toThrow("Vocabulary: NaN cannot be an id");
    expect(() => Vocabulary.from(["\ud800"])).toThrow("not well-formed Unicode");
    expect(() => Vocabulary.from([null as never])).toThrow(
      "must be a string or a number, got null",
    );
    expect(Vocabulary.from(["a"]).indexOf("\ud800")).toBe(-1);
  });

  test("says which indices there are", () => {
    expect(() => Vocabulary.from(["a"]).id(1)).toThrow(
      "Vocabulary: expected an index from 0 to 0, got 1",
    );
    expect(() => Vocabulary.from([]).id(0)).toThrow("it is empty");
  });

  test("is the same after encode and decode", () => {
    for (const ids of [["b", "ä", "日本"], [3, 1, -7.25], []]) {
      const vocabulary = Vocabulary.from(ids);
      const again = Vocabulary.decode(vocabulary.encode());
      expect(again.ids()).toEqual(ids);
      expect(again.numeric).toBe(vocabulary.numeric);
      expect(again.hash()).toBe(vocabulary.hash());
    }
  });

  test("hashes its ids and their order", () => {
    const hash = Vocabulary.from(["ab", "c"]).hash();
    expect(hash).toBe("80e9bb418937c4bb"); // never changes: results are compared by it across versions
    expect(Vocabulary.from(["ab", "c"]).hash()).toBe(hash);
    const others = [["a", "bc"], ["c", "ab"], ["ab"], ["ab", "d"]].map((ids) =>
      Vocabulary.from(ids).hash(),
    );
    expect(new Set([hash, ...others]).size).toBe(5);
    expect(Vocabulary.from([1]).hash()).not.toBe(Vocabulary.from(["1"]).hash());
  });

  test.each([
    [
      "no arrays",
      { bytes: "ab" as never },
      "expected bytes (Uint8Array) and offsets (Uint32Array)",
    ],
    [
      "offsets of another type",
      { offsets: [0, 1, 2] as never },
      "expected bytes (Uint8Array) and offsets",
    ],
    ["no offsets at all", { offsets: new Uint32Array(0) }, "offsets must run from 0"],
    ["offsets that start late", { offsets: Uint32Array.of(1, 2) }, "offsets must run from 0"],
    ["offsets beyond the bytes", { offsets: Uint32Array.of(0, 1, 99) }, "offsets must run from 0"],
    ["offsets that go back", { offsets: Uint32Array.of(0, 5, 2) }, "offsets must increase"],
    ["an empty id", { offsets: Uint32Array.of(0, 0, 2) }, "offsets must increase"],
    ["an id twice", { bytes: utf8("aa") }, "id 1 is there twice"],
    ["bytes that are not UTF-8", { bytes: Uint8Array.of(0xff, 0x61) }, "not valid UTF-8"],
    ["an id that ends inside a character", { bytes: utf8("é") }, "id 1 begins inside a character"],
    ["a flag that is none", { numeric: 1 as never }, '"numeric" must be true or false'],
    ["numbers that are none", { numeric: true }, "id 0 should be a number"],
    [
      "numbers written otherwise",
      { bytes: utf8("1.0"), offsets: Uint32Array.of(0, 3), numeric: true },
      "id 0 should be a number",
    ],
  ])("decode refuses %s", (_, wrong, message) => {
    const good = { bytes: utf8("ab"), offsets: Uint32Array.of(0, 1, 2), numeric: false };
    expect(() => Vocabulary.decode({ ...good, ...wrong })).toThrow(message);
  });
});

describe("VocabularyBuilder", () => {
  test("takes strings and their bytes as the same ids", () => {
    const builder = new VocabularyBuilder();
    const bytes = utf8("x,user1,é");
    expect(builder.add("user1")).toBe(0);
    expect(builder.addBytes(bytes, 2, 7)).toBe(0);
    expect(builder.addBytes(bytes, 8, 10)).toBe(1);
    expect(builder.add("é")).toBe(1);
    expect(builder.size).toBe(2);
    expect(builder.build().ids()).toEqual(["user1", "é"]);
    expect(builder.size).toBe(0);
  });

  test("finds ids of every length wherever they lie in the bytes", () => {
    const builder = new VocabularyBuilder();
    const bytes = utf8("abcdefghijklmnopqrst");
    for (let length = 1; length <= 20; length++)
      for (let start = 0; start + length <= bytes.length; start++)
        builder.addBytes(bytes, start, start + length);
    const vocabulary = builder.build();
    const text = "abcdefghijklmnopqrst";
    for (let length = 1; length <= 20; length++)
      for (let start = 0; start + length <= text.length; start++)
        expect(vocabulary.id(vocabulary.indexOf(text.slice(start, start + length)))).toBe(
          text.slice(start, start + length),
        );
  });
});
