import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Vocabulary } from "@kith/data";
import { readIds, readNpy, readWord2Vec, writeIds, writeNpy } from "@kith/embeddings-w2v";
import { bytesOf, inChunks, keyed, randomVectors } from "./support.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const fixture = (name: string) => new Uint8Array(readFileSync(join(__dirname, "fixtures", name)));

/** A .npy file with this description of its array, and these bytes. */
function npy(dict: string, data: ArrayBufferView, version = 1): Uint8Array {
  const length = [dict.length & 255, dict.length >> 8, ...(version > 1 ? [0, 0] : [])];
  const head = Uint8Array.of(0x93, ...bytes("NUMPY"), version, 0, ...length);
  return new Uint8Array(
    Buffer.concat([
      head,
      bytes(dict),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ]),
  );
}

const dict = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

describe("npy", () => {
  test("is written byte for byte as NumPy writes it", async () => {
    const vectors = await readWord2Vec(fixture("gensim.bin"));
    expect(bytesOf(writeNpy(vectors))).toEqual(fixture("numpy.npy"));
  });

  test("reads back bit for bit, with its ids from a file of lines or a vocabulary", async () => {
    const vectors = randomVectors(700, 500, 1);
    const file = bytesOf(writeNpy(vectors));
    const ids = bytesOf(writeIds(vectors.items));
    for (const size of [2 ** 20, 9973]) {
      const again = await readNpy(inChunks(file, size), inChunks(ids, size));
      expect(again.items.ids()).toEqual(vectors.items.ids().map(String));
      expect(bytesOf(writeNpy(again)).every((byte, at) => byte === file[at])).toBe(true);
    }
    expect((await readNpy(file, vectors.items)).items).toBe(vectors.items);
  });

  test.each<[string, Uint8Array]>([
    ["float64", npy(dict("<f8", "(2, 2)"), Float64Array.of(0.5, -1, 2, 65504))],
    ["float16", npy(dict("<f2", "(2, 2)"), Uint16Array.of(0x3800, 0xbc00, 0x4000, 0x7bff))],
    ["version 2", npy(dict("<f4", "(2, 2)"), Float32Array.of(0.5, -1, 2, 65504), 2)],
    [
      "other spacing",
      npy(
        "{'shape':(2,2),'descr':'<f4','fortran_order':False}",
        Float32Array.of(0.5, -1, 2, 65504),
      ),
    ],
  ])("of %s is read", async (_, file) => {
    for (const source of [file, inChunks(file, 1)]) {
      const vectors = await readNpy(source, Vocabulary.from(["a", "b"]));
      expect([...vectors.vectors]).toEqual([0.5, -1, 2, 65504]);
    }
  });

  test("float16 has subnormal numbers and zeros of both signs", async () => {
    const file = npy(dict("<f2", "(1, 4)"), Uint16Array.of(0x0001, 0x83ff, 0x8000, 0x0400));
    const vectors = await readNpy(file, Vocabulary.from(["a"]));
    expect([...vectors.vectors]).toEqual([2 ** -24, -1023 * 2 ** -24, -0, 2 ** -14]);
  });

  const two = Float32Array.of(1, 2);
  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "m.npy is no .npy file: it does not begin with \\x93NUMPY"],
    ["another file", bytes("2 1\na 1\nb 2\n"), "is no .npy file"],
    [
      "a later version",
      npy(dict("<f4", "(2, 1)"), two, 9),
      "expected .npy version 1, 2 or 3, got 9",
    ],
    [
      "a header cut short",
      npy(dict("<f4", "(2, 1)"), two).subarray(0, 40),
      "its header should have 60 bytes, and 30 follow",
    ],
    [
      "a header of something else",
      npy("hello", two),
      "its header is no description of an array: hello",
    ],
    [
      "whole numbers",
      npy(dict("<i4", "(2, 1)"), two),
      'expected numbers of type <f2, <f4, <f8, got "<i4"; save array.astype("<f4")',
    ],
    ["the other byte order", npy(dict(">f4", "(2, 1)"), two), 'got ">f4"'],
    [
      "one dimension",
      npy(dict("<f4", "(2,)"), two),
      "expected a matrix of two dimensions, got shape (2)",
    ],
    [
      "Fortran's order",
      npy(dict("<f4", "(2, 2)", "True"), new Float32Array(4)),
      "expected a row-major array, got one in Fortran's order; save numpy.ascontiguousarray(array)",
    ],
    [
      "other than one row for each id",
      npy(dict("<f4", "(3, 1)"), new Float32Array(3)),
      "m.npy: expected a row for each of the 2 ids, got 3",
    ],
    [
      "empty rows",
      npy(dict("<f4", "(2, 0)"), new Float32Array(0)),
      "at least one number, got 2 of 0",
    ],
    [
      "too few numbers",
      npy(dict("<f4", "(2, 2)"), new Float32Array(3)),
      "m.npy: expected 2 × 2 numbers, got 3; the file is cut short",
    ],
    [
      "half a number",
      npy(dict("<f4", "(2, 1)"), new Uint8Array(7)),
      "expected 2 × 1 numbers, got 1",
    ],
    [
      "a huge dimension",
      npy(dict("<f4", "(2, 99999999999)"), two),
      "expected 2 × 99999999999 numbers, got 2",
    ],
    [
      "too many numbers",
      npy(dict("<f4", "(2, 1)"), new Float32Array(3)),
      "more follows the 2 × 1 numbers of its header",
    ],
    [
      "NaN",
      npy(dict("<f4", "(2, 1)"), Float32Array.of(1, Number.NaN)),
      "m.npy: number 1 of row 2 must be a finite float32, got NaN",
    ],
    [
      "more than float32 holds",
      npy(dict("<f8", "(2, 1)"), Float64Array.of(1e300, 1)),
      "number 1 of row 1 must be a finite float32, got 1e+300",
    ],
    ["infinity of float16", npy(dict("<f2", "(2, 1)"), Uint16Array.of(0x7c00, 0)), "got Infinity"],
  ])("of %s is refused", async (_, file, message) => {
    for (const source of [file, inChunks(file, 1)])
      await expect(readNpy(source, Vocabulary.from(["a", "b"]), { name: "m.npy" })).rejects.toThrow(
        message,
      );
  });
});

describe("ids, one a line,", () => {
  test("keep blanks and read back as they were", async () => {
    const items = Vocabulary.from(["new york", " x ", "日本茶", "tab\t"]);
    const file = bytesOf(writeIds(items));
    expect(new TextDecoder().decode(file)).toBe("new york\n x \n日本茶\ntab\t\n");
    expect((await readIds(inChunks(file, 1))).ids()).toEqual(items.ids());
  });

  test("may lack the last newline, have Windows's, and begin with a byte-order mark", async () => {
    expect((await readIds(bytes("\ufeffa\r\nb"))).ids()).toEqual(["a", "b"]);
    expect((await readIds(bytes("a\n"))).ids()).toEqual(["a"]);
  });

  test("that hold a newline are not written", () => {
    expect(() => writeIds(keyed({ "a\nb": [1] }).items)).toThrow(
      'writeIds: id "a\\nb" holds "\\n", which ends an id in this format',
    );
  });

  test.each<[string, Uint8Array, string]>([
    ["missing", bytes("a\n\nb\n"), "ids.txt, line 2: the id is missing"],
    ["there twice", bytes("a\nb\na"), 'ids.txt, line 3: id "a" is there already, as number 1'],
    [
      "no UTF-8",
      Uint8Array.of(97, 10, 0xe4, 10),
      'ids.txt, line 2: id "\ufffd" is not valid UTF-8',
    ],
    ["a megabyte long", new Uint8Array(2 ** 20 + 9).fill(97), "an id of more than 1048576 bytes"],
  ])("that are %s are refused with their line", async (_, file, message) => {
    await expect(readIds(file, { name: "ids.txt" })).rejects.toThrow(message);
  });

  test("beside a .npy file are named in errors", async () => {
    const file = bytesOf(writeNpy(keyed({ a: [1], b: [2] })));
    await expect(readNpy(file, bytes("a\na\n"), { name: "m.npy" })).rejects.toThrow(
      "the ids of m.npy, line 2",
    );
  });
});
