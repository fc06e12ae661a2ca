import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError } from "@kith/core-tensors";
import { decodeSafeTensors, type Elements, encodeSafeTensors } from "../src/index.ts";

/** A file with any header and data. */
function file(header: unknown, data: number = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const float = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

test("what is written is read again, of every type and shape", () => {
  const tensors: Record<string, { shape: number[]; data: Elements }> = {
    f32: { shape: [2, 2], data: Float32Array.of(1.5, -0, Number.NaN, Number.POSITIVE_INFINITY) },
    f64: { shape: [2], data: Float64Array.of(0.1, -1e300) },
    i32: { shape: [1, 1, 2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
    u32: { shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    u8: { shape: [3], data: Uint8Array.of(0, 7, 255) },
    empty: { shape: [0], data: new Float32Array(0) },
    "empty rows": { shape: [0, 5], data: new Uint32Array(0) },
    scalar: { shape: [], data: Float32Array.of(7) },
    "ids: ü 🙂": { shape: [1], data: Uint8Array.of(1) },
  };
  const metadata = { format: "x", "": "empty name", text: 'quotes " and 漢字\n' };
  const bytes = encodeSafeTensors({ metadata, tensors });
  const read = decodeSafeTensors(bytes);
  expect(read.metadata).toEqual(metadata);
  expect({ ...read.tensors }).toEqual(tensors);
  expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
});

test("a part of a larger array is written, not the array", () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const bytes = encodeSafeTensors({ metadata: {}, tensors: { a: { shape: [2], data } } });
  expect([...decodeSafeTensors(bytes).tensors.a.data]).toEqual([2, 3]);
});

test("a Node Buffer is read like any other bytes, wherever it lies in its pool", () => {
  const tensors = { a: { shape: [3], data: Float32Array.of(1, 2, 3) } };
  const bytes = encodeSafeTensors({ metadata: {}, tensors });
  for (const skip of [0, 1, 5]) {
    const buffer = Buffer.concat([Buffer.alloc(skip), bytes, Buffer.alloc(3)]).subarray(
      skip,
      skip + bytes.length,
    );
    const { data } = decodeSafeTensors(buffer).tensors.a;
    expect([...data]).toEqual([1, 2, 3]);
    buffer.fill(0);
    expect([...data]).toEqual([1, 2, 3]);
  }
});

test("reads what Python's safetensors wrote", () => {
  const { metadata, tensors } = decodeSafeTensors(
    readFileSync(join(__dirname, "fixtures", "python.safetensors")),
  );
  expect(metadata).toEqual({ format: "np", note: "ü" });
  expect({ ...tensors }).toEqual({
    float32: { shape: [2, 3], data: Float32Array.of(1.5, -2.25, 3e38, 1e-45, -0, 0.1) },
    float64: { shape: [2], data: Float64Array.of(0.1, -1e300) },
    int32: { shape: [2, 1], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
    uint32: { shape: [2], data: Uint32Array.of(0, 2 ** 32 - 1) },
    bytes: { shape: [3], data: Uint8Array.of(0, 1, 255) },
    empty: { shape: [0, 4], data: new Float32Array(0) },
    scalar: { shape: [], data: Float32Array.of(7) },
    "名 🙂": { shape: [1], data: Uint8Array.of(1) },
  });
});

test("a file cut off anywhere, or with bytes too many, is refused", () => {
  const bytes = encodeSafeTensors({
    metadata: { a: "b" },
    tensors: { a: { shape: [2], data: Float32Array.of(1, 2) } },
  });
  for (let length = 0; length < bytes.length; length++)
    expect(() => decodeSafeTensors(bytes.subarray(0, length))).toThrow(FormatError);
  expect(() => decodeSafeTensors(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(
    "1 bytes follow the last tensor",
  );
});

const huge = 2 ** 53 - 1;

test.each<[string, Uint8Array, string | RegExp]>([
  ["no bytes", new Uint8Array(0), "expected at least 8 bytes, got 0"],
  ["a header of 2^63 bytes", file("{}", 0, 2n ** 63n), "header has 9223372036854775808 bytes"],
  ["a header of 2^64 − 1 bytes", file("{}", 0, 2n ** 64n - 1n), "and only 2 follow"],
  ["a header beyond the file", file("{}", 0, 3n), "header has 3 bytes, and only 2 follow"],
  ["no JSON", file("{a}"), "its header is not JSON"],
  ["no UTF-8", file("{}").with(8, 0xff), "its header is not JSON"],
  ["JSON that is no object", file([]), "its header is not a JSON object"],
  ["null", file(null), "its header is not a JSON object"],
  ["an empty header", file(""), "its header is not JSON"],
  ["JSON nested too deep", file(`{"a":${"[".repeat(1e5)}`), "its header is not JSON"],
  ["metadata that are no texts", file({ __metadata__: { a: 1 } }), "__metadata__"],
  ["metadata that are a list", file({ __metadata__: ["a"] }), "__metadata__"],
  ["a tensor that is null", file({ a: null }), '"a" is not described'],
  ["an unknown type", file({ a: { ...float(0, 4), dtype: "F4" } }, 4), "expected one of F32, F64"],
  ["a type called toString", file({ a: { ...float(0, 4), dtype: "toString" } }, 4), '"toString"'],
  ["no shape", file({ a: { dtype: "F32", data_offsets: [0, 4] } }, 4), "has shape undefined"],
  ["a negative shape", file({ a: float(0, 4, [-1, -1]) }, 4), "has shape [-1,-1]"],
  ["a fractional shape", file({ a: float(0, 4, [0.5, 2]) }, 4), "has shape [0.5,2]"],
  ["a huge shape", file({ a: float(0, 4, [2 ** 40]) }, 4), "takes 4398046511104 bytes"],
  ["a shape past 2^53", file({ a: float(0, 4, [1e300]) }, 4), "has shape"],
  ["a product past 2^53", file({ a: float(0, 4, [huge, huge, huge, huge]) }, 4), "offsets span 4"],
  [
    "a huge shape times 0",
    file({ a: float(0, 4, [...Array(7).fill(huge), 0]) }, 4),
    "offsets span 4",
  ],
  ["too many dimensions", file({ a: float(0, 4, Array(9).fill(1)) }, 4), "has shape"],
  ["a size that is not the shape's", file({ a: float(0, 8, [1]) }, 8), "takes 4 bytes"],
  ["negative offsets", file({ a: float(-4, 0, [1]) }, 4), "data_offsets [-4,0]"],
  ["offsets backwards", file({ a: float(4, 0, [1]) }, 4), "data_offsets [4,0]"],
  ["one offset", file({ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4), "data_offsets"],
  ["data beyond the file", file({ a: float(0, 8) }, 4), "ends at byte 8 of the data, which has 4"],
  ["terabytes beyond the file", file({ a: float(0, 2 ** 42) }, 4), "it is truncated"],
  ["a gap", file({ a: float(0, 4), b: float(8, 12) }, 12), "begins at byte 8 of the data"],
  ["a gap at first", file({ a: float(4, 8) }, 8), "begins at byte 4 of the data, expected 0"],
  ["an overlap", file({ a: float(0, 8), b: float(4, 12) }, 12), "no overlaps"],
  ["bytes too many", file({ a: float(0, 4) }, 5), "1 bytes follow the last tensor"],
])("refuses %s", (_, bytes, message) => {
  const before = process.memoryUsage().arrayBuffers;
  expect(() => decodeSafeTensors(bytes, "x.kith")).toThrow(FormatError);
  expect(() => decodeSafeTensors(bytes, "x.kith")).toThrow(message);
  expect(() => decodeSafeTensors(bytes, "x.kith")).toThrow("x.kith: not a safetensors file");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20);
});

test("names out of JavaScript's prototypes are names like others", () => {
  const header = `{"__proto__":${JSON.stringify(float(0, 4))},"constructor":${JSON.stringify(float(4, 8))},"__metadata__":{"__proto__":"x"}}`;
  const { tensors, metadata } = decodeSafeTensors(file(header, 8));
  expect(Object.keys(tensors)).toEqual(["__proto__", "constructor"]);
  expect(tensors.shape).toBeUndefined();
  expect(metadata.format).toBeUndefined();
  const again = encodeSafeTensors({ metadata, tensors });
  expect(Object.keys(decodeSafeTensors(again).tensors)).toEqual(["__proto__", "constructor"]);
});

test("entries may stand in the header in any order", () => {
  const { tensors } = decodeSafeTensors(
    file({ b: float(4, 8), a: float(0, 4), e: float(4, 4) }, 8),
  );
  expect(Object.keys(tensors)).toEqual(["a", "e", "b"]);
});
