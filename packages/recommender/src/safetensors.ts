import { FormatError } from "@kith/core-tensors";

/** The element types that we write, by their names in the format. */
const TYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;
type TypeName = keyof typeof TYPES;

/** The arrays that a file can hold. */
export type Elements = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** One named array of a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Elements;
}

/** What a safetensors file holds. */
export interface SafeTensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

/** The format's own limit on the length of its header. */
const HEADER_LIMIT = 100_000_000;
const ALIGNMENT = 8;

/** Writes the safetensors layout (https://github.com/huggingface/safetensors): 8 bytes of header length, a JSON header, the data. */
export function encodeSafeTensors({ metadata, tensors }: SafeTensors): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return { name, shape, data, begin, end };
  });
  const json = JSON.stringify({
    __metadata__: metadata,
    ...Object.fromEntries(
      entries.map(({ name, shape, data, begin, end }) => [
        name,
        { dtype: typeOf(data), shape, data_offsets: [begin, end] },
      ]),
    ),
  });
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  header.set(text);
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  for (const { data, begin } of entries)
    file.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      8 + header.length + begin,
    );
  return file;
}

/**
 * Reads a safetensors file. Trusts nothing: every length is checked against the file's before anything is allocated for it.
 * @param name what to call the file in messages
 * @throws FormatError saying what is wrong
 */
export function decodeSafeTensors(file: Uint8Array, name = "file"): SafeTensors {
  if (!ArrayBuffer.isView(file))
    throw new FormatError(
      `${name}: expected its bytes as a Uint8Array, got ${file === null ? "null" : typeof file}; read the file first`,
    );
  const fail = (problem: string): never => {
    throw new FormatError(`${name}: not a safetensors file: ${problem}`);
  };
  if (file.byteLength < 8) fail(`expected at least 8 bytes, got ${file.byteLength}`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT) || length > BigInt(file.byteLength - 8))
    fail(
      `its first 8 bytes say that the header has ${length} bytes, and only ${file.byteLength - 8} follow`,
    );
  const start = 8 + Number(length);
  const header = parseHeader(file.subarray(8, start), fail);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    fail("__metadata__ must map names to strings");

  const tensors: Record<string, StoredTensor> = Object.create(null);
  let covered = 0;
  const inOrder = Object.entries(entries).map(([key, entry]) => checkEntry(key, entry, fail));
  inOrder.sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { key, type, shape, begin, end } of inOrder) {
    if (begin !== covered)
      fail(
        `tensor "${key}" begins at byte ${begin} of the data, expected ${covered}: no gaps, no overlaps`,
      );
    covered = end;
    if (end > file.byteLength - start)
      fail(
        `it is truncated: tensor "${key}" ends at byte ${end} of the data, which has ${file.byteLength - start}`,
      );
    const bytes = new Uint8Array(file.subarray(start + begin, start + end)); // a copy, aligned for its type; Buffer.slice is none
    tensors[key] = { shape, data: new TYPES[type](bytes.buffer) };
  }
  if (covered !== file.byteLength - start)
    fail(`${file.byteLength - start - covered} bytes follow the last tensor`);
  return { metadata: metadata as Record<string, string>, tensors };
}

type Fail = (problem: string) => never;

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)));
  } catch {
    return fail("its header is not JSON");
  }
  return isRecord(header) ? header : fail("its header is not a JSON object");
}

interface Entry {
  readonly key: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function checkEntry(key: string, entry: unknown, fail: Fail): Entry {
  if (!isRecord(entry)) return fail(`tensor "${key}" is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(TYPES, dtype))
    return fail(
      `tensor "${key}" has type ${JSON.stringify(dtype)}, expected one of ${Object.keys(TYPES).join(", ")}`,
    );
  if (!isCounts(shape))
    return fail(`tensor "${key}" has shape ${JSON.stringify(shape)}, expected whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    return fail(
      `tensor "${key}" has data_offsets ${JSON.stringify(offsets)}, expected [begin, end]`,
    );
  const type = dtype as TypeName;
  const [begin, end] = offsets;
  const size = shape.reduce((product, n) => product * n, TYPES[type].BYTES_PER_ELEMENT);
  if (size !== end - begin)
    return fail(
      `tensor "${key}" of shape [${shape.join(", ")}] and type ${dtype} takes ${size} bytes, its offsets span ${end - begin}`,
    );
  return { key, type, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= 8 &&
    value.every((n) => Number.isSafeInteger(n) && n >= 0)
  );
}

function typeOf(data: Elements): TypeName {
  const tag = Object.prototype.toString.call(data).slice(8, -1);
  return (Object.keys(TYPES) as TypeName[]).find((name) => TYPES[name].name === tag) as TypeName;
}
