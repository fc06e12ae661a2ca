import { gzipSync } from "node:zlib";
import { type ReadInteractionsOptions, readInteractions } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options: ReadInteractionsOptions = {}) =>
  readInteractions(utf8(text), options);

describe("what is wrong is said", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["an empty file", "", "f.csv is empty"],
    ["only a byte-order mark and blank lines", "\uFEFF\r\n\n", "f.csv is empty"],
    ["a header only", "user,item\n", "f.csv has a header and no rows"],
    ["binary content", Uint8Array.of(1, 2, 0, 3), "f.csv is not UTF-8 text: byte 2 is zero"],
    [
      "UTF-16",
      new Uint8Array(Buffer.from("\uFEFFuser,item\n", "utf16le")),
      "byte 3 is zero; is it a spreadsheet, an archive or UTF-16?",
    ],
    [
      "Latin-1",
      Uint8Array.of(...utf8("user,item\nu,"), 0xe9, 10),
      'f.csv, line 2: "\uFFFD" is not valid UTF-8; convert the file to UTF-8 first',
    ],
    [
      "a header in Latin-1",
      Uint8Array.of(0xe9, ...utf8(",item\n")),
      "f.csv: the header is not valid UTF-8",
    ],
    [
      "no user column",
      "a,item\n1,2\n",
      'f.csv: no column looks like the users; the columns are "a", "item". Pass userColumn and itemColumn',
    ],
    ["no item column", "user,b\n1,2\n", "no column looks like the items"],
    ["too few fields", "user,item,x\nu,i,1\nu,i\n", "f.csv, line 3: expected 3 columns, got 2"],
    ["too many fields", "user,item\nu,i,j\n", "f.csv, line 2: expected 2 columns, got 3"],
    ["an empty user", "user,item\n,i\n", 'f.csv, line 2, column "user": the user is empty'],
    ["an empty item", "user,item\nu,\n", 'f.csv, line 2, column "item": the item is empty'],
    [
      "a quote never closed",
      'user,item\nu,i\nu,"i\nu,i\n',
      "f.csv, line 3: the quote that opens here is never closed",
    ],
    ["text after a quote", 'user,item\nu,"i"j\n', "f.csv, line 2: text follows a closing quote"],
    [
      "truncated gzip",
      gzipSync("user,item\nu,i\n".repeat(1000)).subarray(0, 60),
      "f.csv: the gzip data is damaged, cut short",
    ],
    ["gzip of nothing", gzipSync(""), "f.csv is empty"],
  ])("%s", async (_, content, message) => {
    const bytes = typeof content === "string" ? utf8(content) : content;
    const failure = readInteractions(bytes, { name: "f.csv" });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: "FormatError" });
  });

  test.each([
    ["no JSON", "nope", "line 2: expected one JSON object on the line"],
    ["a list", "[1]", "line 2: expected one JSON object on the line"],
    ["a missing user", '{"item": 1}', 'line 2, column "user": the user is empty'],
    ["an object as id", '{"user": {}, "item": 1}', "the user must be a string or a number, got {}"],
    [
      "a string where numbers were",
      '{"user": "1", "item": 1}',
      "the user is a string, but a number before",
    ],
    [
      "a number that is not exact",
      '{"user": 1, "item": 9007199254740993}',
      "is too large to be exact as a number",
    ],
    [
      "half a surrogate pair",
      '{"user": 1, "item": "\\ud800"}',
      "the item is not well-formed Unicode",
    ],
    ["a name inherited from Object", '{"user": 1, "__proto__": {"item": 1}}', "the item is empty"],
  ])("in JSONL: %s", async (_, line, message) => {
    await expect(read(`{"user": 1, "item": 1}\n${line}\n`, { format: "jsonl" })).rejects.toThrow(
      message,
    );
  });

  test("skipped rows are counted and listed, and leave no trace in the vocabularies", async () => {
    const { data, report } = await read("user,item,rating\nu,i,1\nbad,i\nworse,worst,x\nv,j,2\n", {
      onBadRow: "skip",
    });
    expect(data.users.ids()).toEqual(["u", "v"]);
    expect(data.items.ids()).toEqual(["i", "j"]);
    expect(report).toMatchObject({
      rows: 2,
      badRowCount: 2,
      badRows: [
        { line: 3, reason: "expected 3 columns, got 2" },
        { line: 4, reason: 'column "rating": expected a finite number, got "x"' },
      ],
    });
  });

  test("of many skipped rows the first twenty are listed; too many are an error, and so is nothing else", async () => {
    const text = `user,item\nu,i\n${"bad\n".repeat(50)}`;
    const { report } = await read(text, { onBadRow: "skip" });
    expect([report.badRowCount, report.badRows.length]).toEqual([50, 20]);
    await expect(read(text, { onBadRow: "skip", maxBadRows: 10 })).rejects.toThrow(
      "the data: more than 10 bad rows; the first is line 3, expected 2 columns, got 1",
    );
    await expect(read("user,item\nbad\n", { onBadRow: "skip" })).rejects.toThrow(
      "none of the 1 rows could be read",
    );
  });

  test("columns that are asked for and are not there, or are there twice", async () => {
    await expect(read("user,item\nu,i\n", { timeColumn: "when" })).rejects.toThrow(
      'there is no column "when"; the columns are "user", "item"',
    );
    await expect(read("user,item\nu,i\n", { typeColumn: "what" })).rejects.toThrow(
      'there is no column "what"',
    );
    await expect(read("user,item,type\nu,i,view\nu,i,\n")).rejects.toThrow(
      'line 3, column "type": the type is empty',
    );
    await expect(read("user,item,x,x\nu,i,1,2\n", { valueColumn: "x" })).rejects.toThrow(
      'two columns named "x"',
    );
    await expect(read("user,item\nu,i\n", { userColumn: "item" })).rejects.toThrow(
      "users and items cannot both be column",
    );
  });

  test("options are checked by name", async () => {
    await expect(read("", { userCol: "x" } as never)).rejects.toThrow(
      'readInteractions: option "userCol" is unknown; it takes name, format',
    );
    await expect(read("", { delimiter: "::" })).rejects.toThrow(
      'option "delimiter" must be one ASCII character, got "::"',
    );
    await expect(read("", { format: "xls" as never })).rejects.toThrow(
      'must be one of "csv", "tsv", "jsonl", "inter", got "xls"',
    );
    for (const source of ["user,item", null, undefined, 7, {}])
      await expect(readInteractions(source as never)).rejects.toThrow("expected a Uint8Array");
  });

  test("a quote that is never closed in a long file does not take all memory", async () => {
    const block = utf8("u,i\n".repeat(1 << 18));
    let sent = 0;
    async function* endless() {
      yield utf8('user,item\nu,"');
      for (; sent < 100; sent++) yield block;
    }
    await expect(readInteractions(endless(), { name: "f.csv" })).rejects.toThrow(
      "f.csv, line 2: this row is longer than 16 MiB; is a quote never closed?",
    );
    expect(sent).toBeLessThan(40);
  });
});
