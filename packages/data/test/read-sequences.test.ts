import { gzipSync } from "node:zlib";
import { type ReadSequencesOptions, readSequences } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options?: ReadSequencesOptions) => readSequences(utf8(text), options);
const listsOf = async (text: string, options?: ReadSequencesOptions) => [
  ...(await read(text, options)).data.lists(),
];

describe("readSequences", () => {
  test("reads one sequence a line; one item is kept, none is counted and left out", async () => {
    const { data, report } = await read(
      "session\titems\n1\ta b a\n2\t\n3\tc\n4\t  \n5\t  b   c \n",
      { name: "sessions.tsv" },
    );
    expect([...data.lists()]).toEqual([["a", "b", "a"], ["c"], ["b", "c"]]);
    expect(report).toEqual({
      rows: 3,
      tokens: 6,
      empty: 2,
      badRows: [],
      badRowCount: 0,
      format: "tsv",
      columns: { items: "items" },
    });
  });

  test.each(["items", "Sequence", "tokens"])("takes a column named %s", async (name) => {
    expect(await listsOf(`x,${name}\n1,a b\n`)).toEqual([["a", "b"]]);
  });

  test("takes another column and another separator", async () => {
    const options = { itemsColumn: "path", separator: ">" };
    expect(await listsOf("path,items\na b>c d>a b,x\n", options)).toEqual([["a b", "c d", "a b"]]);
  });

  test("without a header takes the last column, which may be the only one", async () => {
    expect(await listsOf("1\ta b\n2\tc\n", { header: false })).toEqual([["a", "b"], ["c"]]);
    expect(await listsOf("a, b\nc\n", { header: false, format: "tsv" })).toEqual([
      ["a,", "b"],
      ["c"],
    ]);
  });

  test("takes JSON lines with lists, in which numbers stay numbers, or texts", async () => {
    expect(await listsOf('{"items": [3, 1, 3]}\n{"items": []}\n{"items": [1]}\n')).toEqual([
      [3, 1, 3],
      [1],
    ]);
    expect(await listsOf('{"tokens": " a  b "}\n{"tokens": ""}\n')).toEqual([["a", "b"]]);
  });

  test("takes gzip, byte-order mark, CRLF and ids of any Unicode, whatever byte the chunks are cut at", async () => {
    const text = "\uFEFFitems\r\n日本語 👩‍👧\r\n\r\nü an-id-longer-than-sixteen-bytes ü";
    const lists = [
      ["日本語", "👩‍👧"],
      ["ü", "an-id-longer-than-sixteen-bytes", "ü"],
    ];
    expect([...(await readSequences(gzipSync(text))).data.lists()]).toEqual(lists);
    const bytes = utf8(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      async function* halves() {
        yield bytes.subarray(0, cut);
        yield bytes.subarray(cut);
      }
      expect([...(await readSequences(halves())).data.lists()]).toEqual(lists);
    }
  });

  test("reads a long sequence, and many", async () => {
    const long = Array.from({ length: 100_000 }, (_, i) => `i${i % 500}`).join(" ");
    const text = `items\n${long}\n${"a b c\n".repeat(70_000)}`;
    const { data } = await read(text);
    expect([data.sequences, data.tokens, data.items.size]).toEqual([70_001, 310_000, 503]);
    expect(data.offsets[1]).toBe(100_000);
    expect([...data.values.subarray(-3)]).toEqual([500, 501, 502]);
  });
});

describe("what is wrong with sequences is said with file, line and column", () => {
  test.each<[string, string, ReadSequencesOptions, string]>([
    ["an empty file", "", {}, "s.tsv is empty"],
    ["a header only", "items\n", {}, "s.tsv has a header and no rows"],
    [
      "no header",
      "1\ta b\n2\tc\n",
      {},
      's.tsv: no column looks like the sequences; the columns are "1", "a b". Pass itemsColumn, or header: false',
    ],
    ["no such column", "items\na\n", { itemsColumn: "x" }, 'there is no column "x"'],
    [
      "nothing but empty sequences",
      "s\titems\n1\t\n2\t \n",
      {},
      "none of the 2 sequences has an item",
    ],
    ["too many fields", "items\na\tb\n", {}, "s.tsv, line 2: expected 1 columns, got 2"],
    [
      "a gap between separators",
      "items\na|b\na||b\n",
      { separator: "|" },
      's.tsv, line 3, column "items": the item between two separators is empty',
    ],
    ["a separator at the end", "items\na|\n", { separator: "|" }, "line 2"],
    [
      "an object in JSONL",
      '{"items": {}}\n',
      { format: "jsonl" },
      "expected a list of ids, got {}",
    ],
    ["no list in JSONL", '{"items": [1]}\n{}\n', { format: "jsonl" }, "a list of ids, got nothing"],
    ["an id that is null", '{"items": [1, null]}\n', { format: "jsonl" }, "the item is empty"],
    ["ids of two kinds", '{"items": [1, "a"]}\n', { format: "jsonl" }, "is a string, but a number"],
    [
      "a gap in JSONL",
      '{"items": "a||b"}\n',
      { format: "jsonl", separator: "|" },
      "the item is empty",
    ],
  ])("%s", async (_, text, options, message) => {
    const failure = read(text, { name: "s.tsv", ...options });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: "FormatError" });
  });

  test("bytes that are not UTF-8", async () => {
    const bytes = Uint8Array.of(...utf8("items\na "), 0xe9, 10);
    await expect(readSequences(bytes, { name: "s.tsv" })).rejects.toThrow(
      's.tsv, line 2: "\uFFFD" is not valid UTF-8',
    );
  });

  test("bad rows can be skipped; they are counted and leave no trace", async () => {
    const text = "items\na|b\nbad||worse\nc\n";
    const { data, report } = await read(text, { separator: "|", onBadRow: "skip" });
    expect(data.items.ids()).toEqual(["a", "b", "c"]);
    expect([report.rows, report.badRowCount, report.badRows[0].line]).toEqual([2, 1, 3]);
  });

  test("options that cannot be", async () => {
    await expect(read("items\na\n", { separator: "::" })).rejects.toThrow(
      'readSequences: option "separator" must be one ASCII character, got "::"',
    );
    await expect(read("items\na\n", { delimiter: " " })).rejects.toThrow(
      'option "separator" must differ from the delimiter, and both are " "',
    );
    await expect(read("", { column: "x" } as never)).rejects.toThrow('option "column" is unknown');
  });
});
