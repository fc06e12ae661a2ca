import { type ReadInteractionsOptions, readInteractions } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options: ReadInteractionsOptions = {}) =>
  readInteractions(utf8(text), options);
const rowsOf = async (text: string, options: ReadInteractionsOptions = {}) => [
  ...(await read(text, options)).data.rows(),
];

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
