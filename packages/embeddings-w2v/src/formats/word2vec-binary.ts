import { FormatError } from "@kith/core-tensors";
import { firstNotFinite } from "../finite.ts";
import type { KeyedVectors } from "../keyed-vectors.ts";
import { ByteChunks } from "./byte-chunks.ts";
import type { ByteReader } from "./byte-reader.ts";
import { addId, type IdBytes, shownId } from "./ids.ts";
import type { Word2VecFile } from "./word2vec.ts";
import { expectEnd } from "./word2vec-text.ts";

const [NEWLINE, BLANK] = [10, 32];
const LONGEST_ID = 2 ** 16;

/** "V D", then for each item its id, a blank, D float32s and a newline; see `writeWord2Vec`. */
export function* writeBinaryRows(
  { items, dim, vectors }: KeyedVectors,
  { bytes, offsets, longest }: IdBytes,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const header = new TextEncoder().encode(`${items.size} ${dim}\n`);
  const floats = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const out = new ByteChunks(header.length + longest + 4 * dim + 2);
  out.bytes.set(header);
  out.at = header.length;
  for (let i = 0; i < items.size; i++) {
    for (let k = offsets[i]; k < offsets[i + 1]; k++) out.bytes[out.at++] = bytes[k];
    out.bytes[out.at++] = BLANK;
    out.bytes.set(floats.subarray(i * 4 * dim, (i + 1) * 4 * dim), out.at);
    out.at += 4 * dim;
    out.bytes[out.at++] = NEWLINE;
    if (out.isFull) yield out.take();
  }
  yield out.take();
}

/**
 * The vectors after the first line. word2vec.c puts a newline after each, gensim 4 does not.
 * @throws FormatError naming the vector
 */
export async function readBinaryRows(file: Word2VecFile): Promise<void> {
  const { reader, rows, dim, ids, vectors } = file;
  const width = 4 * dim;
  for (let row = 0; row < rows; row++) {
    const place = () => `${reader.name}, vector ${row + 1} of ${rows}`;
    const found = reader.find(BLANK, LONGEST_ID);
    const blank = typeof found === "number" ? found : await found;
    if (blank < 0) throw noBlank(reader, place());
    const { bytes } = reader;
    let at = reader.at;
    while (bytes[at] === NEWLINE) at++;
    addId(ids, bytes, at, blank, place);
    const id = () => shownId(bytes, at, blank);
    reader.at = blank + 1;
    const isThere = reader.has(width);
    if (!(typeof isThere === "boolean" ? isThere : await isThere))
      throw new FormatError(
        `${place()}: expected the ${width} bytes of ${dim} float32s after id ${id()}, got ${reader.end - reader.at}: the file is cut short, or text (then pass binary: false)`,
      );
    vectors.reserve((row + 1) * dim);
    copyBytes(reader.bytes, reader.at, width, vectors.data, row * dim);
    const wrong = firstNotFinite(vectors.data, row * dim, dim);
    if (wrong < dim)
      throw new FormatError(
        `${place()}: number ${wrong + 1} of ${id()} must be finite, got ${vectors.data[row * dim + wrong]}; was the file cut or changed before it?`,
      );
    reader.at += width;
  }
  await expectEnd(file);
}

function copyBytes(
  bytes: Uint8Array,
  from: number,
  count: number,
  out: Float32Array,
  to: number,
): void {
  new Uint8Array(out.buffer, out.byteOffset + 4 * to, count).set(
    bytes.subarray(from, from + count),
  );
}

function noBlank({ at, end }: ByteReader, place: string): FormatError {
  return new FormatError(
    end - at > LONGEST_ID
      ? `${place}: expected an id and a blank, got ${LONGEST_ID} bytes without one; if the file is text pass binary: false`
      : `${place}: expected an id and a blank, got the end of the file, which is cut short`,
  );
}
