import { type ReadInteractionsOptions, readInteractions } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options: ReadInteractionsOptions = {}) =>
  readInteractions(utf8(text), options);
const rowsOf = async (text: string, options: ReadInteractionsOptions = {}) => [
  ...(await read(text, options)).data.rows(),
];

describe("formats", () => {
  test("CSV with the usual names", async () => {
    const { data, report } = await read(
      "user_id,item_id,rating,timestamp\n1,a,4.5,100\n2,b,3,200\n1,a,5,300\n",
      { name: "ratings.csv" },
    );
    expect([...data.rows()]).toEqual([
      { user: "1", item: "a", value: 4.5, time: 100 },
      { user: "2", item: "b", value: 3, time: 200 },
      { user: "1", item: "a", value: 5, time: 300 },
    ]);
    expect(report).toEqual({
      rows: 3,
      badRows: [],
      badRowCount: 0,
      duplicates: 1,
      format: "csv",
      columns: { user: "user_id", item: "item_id", value: "rating", time: "timestamp" },
    });
  });

  test("columns in any order among others, named by the caller", async () => {
    const options = { userColumn: "who", itemColumn: "what", valueColumn: "n" };
    expect(await rowsOf("n,x,what,who\n1,?,a,u\n", options)).toEqual([
      { user: "u", item: "a", value: 1 },
    ]);
  });

  test("columns that look like values and times can be declined", async () => {
    const options = { valueColumn: false, timeColumn: false } as const;
    expect(await rowsOf("user,item,rating,date\nu,a,good,yesterday\n", options)).toEqual([
      { user: "u", item: "a" },
    ]);
  });

  test.each([
    ["CSV", "user,item,event_type\nu,a,view\nu,a,buy\n"],
    [
      "JSON lines",
      '{"user":"u","item":"a","action":"view"}\n{"user":"u","item":"a","action":"buy"}\n',
    ],
  ])("types of interaction are read from %s", async (_, text) => {
    expect(await rowsOf(text)).toEqual([
      { user: "u", item: "a", type: "view" },
      { user: "u", item: "a", type: "buy" },
    ]);
    expect(await rowsOf(text, { typeColumn: false })).toEqual([
      { user: "u", item: "a" },
      { user: "u", item: "a" },
    ]);
  });

  test("a column that was asked for as something else is no type", async () => {
    const { report } = await read("user,item,type\nu,a,3\n", { valueColumn: "type" });
    expect(report.columns).toEqual({ user: "user", item: "item", value: "type" });
  });

  test.each([
    ["tabs", "user\titem\nu\ta b\n", "tsv"],
    ["semicolons", "user;item\nu;a b\n", "csv"],
    ["bars", "user|item\nu|a b\n", "csv"],
    ["typed headers", "user_id:token\titem_id:token\nu\ta b\n", "inter"],
    ["JSON lines", '{"user": "u", "item": "a b"}\n', "jsonl"],
  ])("%s are told from the first line", async (_, text, format) => {
    const { data, report } = await read(text);
    expect([...data.rows()]).toEqual([{ user: "u", item: "a b" }]);
    expect(report.format).toBe(format);
  });

  test("the name's extension tells the format, gzip or not", async () => {
    expect(
      (await read("user,x\titem\nu\ta\n", { name: "a.TSV.gz", userColumn: "user,x" })).report
        .format,
    ).toBe("tsv");
  });

  test("RecBole's .inter, types and all", async () => {
    const text =
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n";
    const { data, report } = await read(text, { name: "ml-100k.inter" });
    expect([...data.rows()]).toEqual([{ user: "196", item: "242", value: 3, time: 881250949 }]);
    expect(report.columns).toEqual({
      user: "user_id",
      item: "item_id",
      value: "rating",
      time: "timestamp",
    });
    await expect(read("user_id\titem_id\n1\t2\n", { name: "x.inter" })).rejects.toThrow(
      'x.inter: expected a typed header such as user_id:token, got "user_id"; pass format: "tsv" for a plain one',
    );
  });

  test("without a header the columns are user, item, value, time", async () => {
    expect(await rowsOf("196\t242\t3\t881250949\n", { header: false })).toEqual([
      { user: "196", item: "242", value: 3, time: 881250949 },
    ]);
    const movielens = {
      header: false,
      delimiter: ":",
      userColumn: "1",
      itemColumn: "3",
      valueColumn: "5",
      timeColumn: "7",
    };
    expect(await rowsOf("1::1193::5::978300760\n", movielens)).toEqual([
      { user: "1", item: "1193", value: 5, time: 978300760 },
    ]);
  });

  test("lines before the header or the data can be skipped, in chunks of any size", async () => {
    const text = "\uFEFF# a comment, with commas\n\n# and more\nuser,item\nu,a\nv,b,\n";
    const options = { skipLines: 3, name: "f.csv", onBadRow: "skip" } as const;
    const bytes = utf8(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      async function* halves() {
        yield bytes.subarray(0, cut);
        yield bytes.subarray(cut);
      }
      const { data, report } = await readInteractions(halves(), options);
      expect([...data.rows()]).toEqual([{ user: "u", item: "a" }]);
      expect(report.badRows).toEqual([{ line: 6, reason: "expected 2 columns, got 3" }]);
    }
    expect(await rowsOf("# x\n# y\nu\ta\n", { skipLines: 2, header: false })).toEqual([
      { user: "u", item: "a" },
    ]);
    for (const skipLines of [4, 9])
      await expect(read("1\n2\n3\n4", { skipLines })).rejects.toThrow(
        `the data is empty after the ${skipLines} lines that are skipped`,
      );
  });

  test("JSONL keeps numbers as numbers and takes dates", async () => {
    const text =
      '{"user": 7, "item": "a", "score": 2, "ts": "1970-01-02"}\n\n{"user": 8, "item": "b", "score": "3", "ts": "1970-01-01T00:00:01Z"}';
    const { data } = await read(text, { name: "x.jsonl" });
    expect(data.users.numeric).toBe(true);
    expect([...data.rows()]).toEqual([
      { user: 7, item: "a", value: 2, time: 86400 },
      { user: 8, item: "b", value: 3, time: 1 },
    ]);
  });

  test("one user or one item is valid data", async () => {
    expect(await rowsOf("user,item\nu,a")).toEqual([{ user: "u", item: "a" }]);
  });
});
