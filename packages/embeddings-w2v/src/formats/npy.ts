import { FormatError, resolveOptions } from "@kith/core-tensors";
import type { ByteSource, Vocabulary } from "@kith/data";
import { firstNotFinite } from "../finite.ts";
import { KeyedVectors } from "../keyed-vectors.ts";
import { ByteReader } from "./byte-reader.ts";
import { GrowingRows } from "./growing-rows.ts";
import { readIds } from "./id-lines.ts";
import { READ_VECTORS_RULES, type ReadVectorsOptions } from "./read-options.ts";

const MAGIC = "\x93NUMPY";
const ALIGNMENT = 64;
const CHUNK = 1 << 20;
const LONGEST_HEADER = 1 << 16;

/** The kinds of numbers that can be read, and how. */
const TYPES: Readonly<Record<string, { bytes: number; read(view: DataView, at: number): number }>> =
  {
    "<f2": { bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
    "<f4": { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
    "<f8": { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  };

/**
 * The matrix [items, dim] as NumPy's .npy, version 1.0: float32, little-endian, row-major, in chunks. It has no ids: `writeIds` writes those.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function* writeNpy({
  items,
  dim,
  vectors,
}: KeyedVectors): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${items.size}, ${dim}), }`;
  const start = MAGIC.length + 4;
  const length = Math.ceil((start + dict.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const text = `${MAGIC}\x01\x00${String.fromCharCode(length & 255, length >> 8)}${dict.padEnd(length - 1)}\n`;
  yield Uint8Array.from(text, (character) => character.charCodeAt(0));
  const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.slice(at, at + CHUNK);
}

/**
 * Reads a matrix of .npy: two dimensions, row-major, little-endian float32, float64 or float16.
 * @param ids the items of its rows: a vocabulary, or a file with one id a line
 * @throws FormatError naming what was expected and what came: another kind of array, fewer or more bytes than its header says, what is no
 * finite float32, or other than one id for each row
 * @throws MemoryError when it does not fit; OptionError; the signal's reason when aborted
 */
export async function readNpy(
  source: ByteSource,
  ids: Vocabulary | ByteSource,
  options: ReadVectorsOptions = {},
): Promise<KeyedVectors> {
  const { name, signal } = resolveOptions("readNpy", options, READ_VECTORS_RULES);
  const isVocabulary = typeof (ids as Partial<Vocabulary> | null)?.indicesIn === "function";
  const items = isVocabulary
    ? (ids as Vocabulary)
    : await readIds(ids as ByteSource, { name: `the ids of ${name}`, signal });
  const reader = await ByteReader.open(source, name, signal);
  try {
    const { descr, rows, columns } = await readHeader(reader);
    if (rows !== items.size)
      throw new FormatError(
        `${name}: expected a row for each of the ${items.size} ids, got ${rows}`,
      );
    const vectors = new GrowingRows(name, rows, columns);
    await readNumbers(reader, vectors, descr, rows, columns);
    return new KeyedVectors(items, vectors.data);
  } finally {
    await reader.close();
  }
}

interface Header {
  readonly descr: string;
  readonly rows: number;
  readonly columns: number;
}

async function readHeader(reader: ByteReader): Promise<Header> {
  const { name } = reader;
  await reader.has(12);
  const start = reader.bytes.subarray(reader.at, reader.end);
  const [major] = start.subarray(MAGIC.length);
  if (!Array.from(MAGIC).every((character, k) => start[k] === character.charCodeAt(0)))
    throw new FormatError(`${name} is no .npy file: it does not begin with \\x93NUMPY`);
  if (major < 1 || major > 3)
    throw new FormatError(`${name}: expected .npy version 1, 2 or 3, got ${major}`);
  const width = major === 1 ? 2 : 4; // bytes of the length
  const length = start.subarray(8, 8 + width).reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (length > LONGEST_HEADER || !(await reader.has(8 + width + length)))
    throw new FormatError(
      `${name}: its header should have ${length} bytes, and ${Math.max(0, reader.end - reader.at - 8 - width)} follow`,
    );
  const begin = reader.at + 8 + width;
  const text = new TextDecoder().decode(reader.bytes.subarray(begin, begin + length)).trim();
  reader.at = begin + length;

  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? "";
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (order === undefined || shape === undefined)
    throw new FormatError(
      `${name}: its header is no description of an array: ${text.slice(0, 200)}`,
    );
  if (!Object.hasOwn(TYPES, descr))
    throw new FormatError(
      `${name}: expected numbers of type ${Object.keys(TYPES).join(", ")}, got ${JSON.stringify(descr)}; save array.astype("<f4")`,
    );
  const sizes = shape
    .split(",")
    .map((size) => size.trim())
    .filter(Boolean)
    .map(Number);
  if (sizes.length !== 2)
    throw new FormatError(
      `${name}: expected a matrix of two dimensions, got shape (${sizes.join(", ")})`,
    );
  if (order === "True" && Math.min(...sizes) > 1)
    throw new FormatError(
      `${name}: expected a row-major array, got one in Fortran's order; save numpy.ascontiguousarray(array)`,
    );
  return { descr, rows: sizes[0], columns: sizes[1] };
}

async function readNumbers(
  reader: ByteReader,
  vectors: GrowingRows,
  descr: string,
  rows: number,
  columns: number,
): Promise<void> {
  const { name } = reader;
  const { bytes: width, read } = TYPES[descr];
  const total = rows * columns;
  for (let done = 0; done < total; ) {
    if (!(await reader.has(width)))
      throw new FormatError(
        `${name}: expected ${rows} × ${columns} numbers, got ${done}; the file is cut short`,
      );
    const { buffer, byteOffset } = reader.bytes;
    const view = new DataView(buffer, byteOffset + reader.at, reader.end - reader.at);
    const count = Math.min(total - done, Math.floor(view.byteLength / width));
    vectors.reserve(done + count);
    const { data } = vectors;
    for (let k = 0; k < count; k++) data[done + k] = read(view, k * width);
    const wrong = firstNotFinite(data, done, count);
    if (wrong < count)
      throw new FormatError(
        `${name}: number ${((done + wrong) % columns) + 1} of row ${Math.floor((done + wrong) / columns) + 1} must be a finite float32, got ${read(view, wrong * width)}`,
      );
    reader.at += count * width;
    done += count;
  }
  if (await reader.has(1))
    throw new FormatError(`${name}: more follows the ${rows} × ${columns} numbers of its header`);
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
