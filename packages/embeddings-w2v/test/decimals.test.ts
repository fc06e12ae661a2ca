import { Rng } from "@kith/core-tensors";
import { LONGEST_FLOAT, readFloats, writeFloat } from "../src/formats/decimals.ts";

const written = (x: number) => {
  const bytes = new Uint8Array(64);
  return new TextDecoder().decode(bytes.subarray(0, writeFloat(Math.fround(x), bytes, 0)));
};
const read = (text: string, most = 8) => {
  const bytes = new TextEncoder().encode(text);
  const out = new Float32Array(8).fill(-99);
  const count = readFloats(bytes, 0, bytes.length, out, 0, most);
  return { count, numbers: [...out.subarray(0, Math.min(count, most))], rest: out[most] };
};

/** The fewest significant digits that read back as a float32. */
const fewestDigits = (x: number) => {
  let digits = 1;
  while (Math.fround(Number(x.toPrecision(digits))) !== x) digits++;
  return digits;
};

test.each([
  [0, "0"],
  [-0, "-0"],
  [1, "1"],
  [0.1, "0.1"],
  [-0.25, "-0.25"],
  [1 / 3, "0.33333334"],
  [0.00002, "0.00002"],
  [9e-6, "9e-6"],
  [123456.7, "123456.7"],
  [9999999, "9999999"],
  [8388608.5, "8388608"],
  [1e7, "1e+7"],
  [1e-45, "1e-45"],
  [-3.4028234663852886e38, "-3.4028235e+38"],
])("%d is written as %s", (x, text) => {
  expect(written(x)).toBe(text);
});

test("every float32 reads back as itself, and none has more digits than it needs", () => {
  const rng = new Rng(1);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const bytes = new Uint8Array(64);
  const back = new Float32Array(1);
  const failures: string[] = [];
  for (let n = 0; n < 20_000; n++) {
    bits[0] = rng.uint32();
    if (n % 2 === 0) float[0] = (rng.next() - 0.5) * 10 ** rng.below(9);
    const [x] = float;
    if (!Number.isFinite(x)) continue;
    const end = writeFloat(x, bytes, 0);
    const text = new TextDecoder().decode(bytes.subarray(0, end));
    readFloats(bytes, 0, end, back, 0, 1);
    const digits = text
      .replace(/e.*/, "")
      .replace(/^(-?\d+)$/, (whole) => whole.replace(/0+$/, ""));
    const significant = digits.replace(/[-.]/g, "").replace(/^0+/, "").length;
    const isRight = back[0] === x && Math.fround(Number(text)) === x && end <= LONGEST_FLOAT;
    if (!isRight || significant !== fewestDigits(x)) failures.push(text);
  }
  expect(failures).toEqual([]);
});

test("decimals of every form read as JavaScript reads them", () => {
  const texts = [
    "1",
    "-1.",
    ".5",
    "+2.25",
    "1e3",
    "-1.5E-3",
    "123456789012345678901",
    "0.1234567890123456789",
    "00012.50",
    "4e-300",
  ];
  const { count, numbers } = read(texts.slice(0, 8).join(" \t"));
  expect(count).toBe(8);
  expect(numbers).toEqual(texts.slice(0, 8).map((text) => Math.fround(Number(text))));
  expect(read(texts.slice(8).join(" ")).numbers).toEqual([12.5, 0]);
});

test("what is no number is NaN", () => {
  for (const text of [
    "x",
    "-",
    ".",
    "1e",
    "1e+",
    "e5",
    "0x10",
    "nan",
    "inf",
    "1.2.3",
    "1,5",
    "--1",
    "1-",
    "１",
  ])
    expect([text, read(text)]).toMatchObject([text, { count: 1, numbers: [Number.NaN] }]);
});

test("numbers beyond those wanted are counted, not stored", () => {
  expect(read("1 2 3 4", 2)).toEqual({ count: 4, numbers: [1, 2], rest: -99 });
  expect(read("  \r")).toMatchObject({ count: 0 });
});
