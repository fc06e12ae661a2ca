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
