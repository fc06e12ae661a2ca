import { gzipSync } from "node:zlib";
import { type ReadInteractionsOptions, readInteractions } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options: ReadInteractionsOptions = {}) =>
  readInteractions(utf8(text), options);
const rowsOf = async (text: string, options: ReadInteractionsOptions = {}) => [
  ...(await read(text, options)).data.rows(),
];

async function* chunked(bytes: Uint8Array, ...ends: number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

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

describe("bytes", () => {
  const nasty =
    '\uFEFFuser,item,rating\r\n"a ""quoted"" user","x,y",1\r\n\r\nplain,"line\nbreak",2.5\nü,日本語,-3e2\r\n"",ok,1\n"last","",1\n👩‍👧,end,4';
  const rows = [
    { user: 'a "quoted" user', item: "x,y", value: 1 },
    { user: "plain", item: "line\nbreak", value: 2.5 },
    { user: "ü", item: "日本語", value: -300 },
    { user: "👩‍👧", item: "end", value: 4 },
  ];
  const options = { name: "nasty.csv", onBadRow: "skip" } as const;

  test("quotes, CRLF, byte-order mark, blank lines, Unicode and a missing last newline", async () => {
    const { data, report } = await read(nasty, options);
    expect([...data.rows()]).toEqual(rows);
    expect(report.badRows).toEqual([
      { line: 7, reason: 'column "user": the user is empty' },
      { line: 8, reason: 'column "item": the item is empty' },
    ]);
  });

  test("the same whatever byte the chunks are cut at", async () => {
    const bytes = utf8(nasty);
    const whole = (await read(nasty, options)).data.hash();
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { data, report } = await readInteractions(chunked(bytes, cut), options);
      expect(data.hash()).toBe(whole);
      expect(report.badRows.map(({ line }) => line)).toEqual([7, 8]);
    }
  });

  test("the same in chunks of one byte, of three, and of none in between", async () => {
    const bytes = utf8(nasty);
    const whole = (await read(nasty, options)).data.hash();
    const cuts = [...bytes.keys()];
    for (const ends of [cuts, cuts.filter((i) => i % 3 === 0), cuts.flatMap((i) => [i, i])])
      expect((await readInteractions(chunked(bytes, ...ends), options)).data.hash()).toBe(whole);
  });

  test("gzip, at once, in single bytes, and as a ReadableStream", async () => {
    const packed = gzipSync(nasty);
    const whole = (await read(nasty, options)).data.hash();
    const sources = [packed, chunked(packed, ...packed.keys()), new Blob([packed]).stream()];
    for (const source of sources)
      expect(
        (
          await readInteractions(source as Uint8Array, { ...options, name: "nasty.csv.gz" })
        ).data.hash(),
      ).toBe(whole);
  });

  test("many rows across many chunks", async () => {
    const lines = Array.from(
      { length: 200_000 },
      (_, i) => `u${i % 5000},i${i % 333},${i % 5},${i}`,
    );
    const bytes = utf8(`user,item,rating,time\n${lines.join("\n")}\n`);
    const cuts = Array.from(
      { length: Math.floor(bytes.length / 65_521) },
      (_, i) => (i + 1) * 65_521,
    );
    const { data } = await readInteractions(chunked(bytes, ...cuts));
    expect(data.length).toBe(200_000);
    expect(data.users.id(data.user[199_999])).toBe("u4999");
    expect([...(data.time ?? [])].every((time, row) => time === row)).toBe(true);
    expect(data.hash()).toBe((await readInteractions(bytes)).data.hash());
  });

  test("in tab-separated files a quote is a quote, unless the header has some", async () => {
    expect(await rowsOf('user\titem\nu\t"Hello" World\n')).toEqual([
      { user: "u", item: '"Hello" World' },
    ]);
    expect(await rowsOf('"user"\t"item"\n"u"\t"a\tb"\n')).toEqual([{ user: "u", item: "a\tb" }]);
    expect(await rowsOf('user,item\nu,"a\n', { quotes: false })).toEqual([
      { user: "u", item: '"a' },
    ]);
  });
});

describe("numbers and dates", () => {
  const value = async (text: string) =>
    (await rowsOf(`user\titem\trating\nu\ti\t${text}\n`))[0].value;
  const time = async (text: string) => (await rowsOf(`user\titem\ttime\nu\ti\t${text}\n`))[0].time;

  test.each([
    "0",
    "-1",
    "4.5",
    ".5",
    "5.",
    "+2",
    "1e3",
    "-2.5E-3",
    " 7 ",
    "0.1",
    "123456.789",
    "0.30000000000000004",
  ])("%p is the number that JavaScript reads", async (text) =>
    expect(await value(text)).toBe(Math.fround(Number(text))),
  );

  test.each([
    "978300760",
    "1700000000.123",
    "0.1",
    "123456789.123456",
    "12345678901234567890",
    "-5",
  ])("time %p is taken as it is, to the last bit", async (text) =>
    expect(await time(text)).toBe(Number(text)),
  );

  test.each([
    ["1970-01-01", 0],
    ["2001-09-09T01:46:40Z", 1e9],
    ["2001-09-09 01:46:40", 1e9],
    ["2001-09-09T03:46:40+02:00", 1e9],
    ["2001-09-08T20:16:40-0530", 1e9],
    ["2001-09-09T01:46:40.250Z", 1e9 + 0.25],
    ["2001-09-09T01:46", 1e9 - 40],
    ["2024-02-29", 1709164800],
    ["1969-12-31T23:59:59Z", -1],
  ])("date %p is %p seconds", async (text, seconds) => expect(await time(text)).toBe(seconds));

  test.each(["", "x", "NaN", "Infinity", "1e999", "1,5", "0x10", "1 2", "--1", "1.2.3", "-", "."])(
    "%p is no value",
    async (text) => {
      await expect(value(text)).rejects.toThrow(
        `the data, line 2, column "rating": expected a finite number, got ${JSON.stringify(text)}`,
      );
    },
  );

  test.each(["", "soon", "2023-02-29", "2024-13-01", "2024-01-01T25:00", "01/02/2024", "NaN"])(
    "%p is no time",
    async (text) => {
      await expect(time(text)).rejects.toThrow(
        'the data, line 2, column "time": expected a number or an ISO 8601 date',
      );
    },
  );

  test("numbers and dates are not mixed", async () => {
    await expect(read("user,item,time\nu,i,5\nu,i,2024-01-01\n")).rejects.toThrow(
      'line 3, column "time": expected a number, as in the rows before, got "2024-01-01"',
    );
  });
});

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
      "the user is a string, but a number in the rows before",
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

describe("sources", () => {
  test("are closed when reading stops early", async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield utf8("user,item\nbad\n");
      } finally {
        isClosed = true;
      }
    }
    await expect(readInteractions(endless())).rejects.toThrow("expected 2 columns");
    expect(isClosed).toBe(true);

    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8("user,item\nbad\n")),
      cancel: () => {
        isCancelled = true;
      },
    });
    await expect(readInteractions(stream)).rejects.toThrow("expected 2 columns");
    expect(isCancelled).toBe(true);
  });

  test("an error of the source stays what it is, packed or not", async () => {
    const failing = async function* (first: Uint8Array) {
      yield first;
      throw new Error("disk on fire");
    };
    await expect(readInteractions(failing(utf8("user,item\n")))).rejects.toThrow("disk on fire");
    await expect(
      readInteractions(failing(gzipSync("user,item\n").subarray(0, 12))),
    ).rejects.toThrow("disk on fire");
  });

  test("of strings are refused", async () => {
    async function* strings() {
      yield "user,item\n";
    }
    await expect(readInteractions(strings() as never)).rejects.toThrow(
      "expected chunks of bytes, got a string; open the stream without an encoding",
    );
  });

  test("can be stopped", async () => {
    const controller = new AbortController();
    async function* endless() {
      yield utf8("user,item\n");
      for (let i = 0; ; i++) {
        if (i === 3) controller.abort(new Error("enough"));
        yield utf8("u,i\n");
      }
    }
    await expect(readInteractions(endless(), { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
  });
});
