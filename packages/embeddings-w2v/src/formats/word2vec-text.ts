import { FormatError } from "@kith/core-tensors";
import { firstNotFinite } from "../finite.ts";
import type { KeyedVectors } from "../keyed-vectors.ts";
import { ByteChunks } from "./byte-chunks.ts";
import { LONGEST_FLOAT, readFloats, writeFloat } from "./decimals.ts";
import { addId, type IdBytes, shownId } from "./ids.ts";
import type { Word2VecFile } from "./word2vec.ts";

const [NEWLINE, BLANK] = [10, 32];
const LONGEST_LINE = 2 ** 28;

/** "V D", then a line for each item; see `writeWord2Vec`. */
export function* writeTextRows(
  { items, dim, vectors }: KeyedVectors,
  { bytes, offsets, longest }: IdBytes,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const header = new TextEncoder().encode(`${items.size} ${dim}\n`);
  const out = new ByteChunks(header.length + longest + LONGEST_FLOAT);
  out.bytes.set(header);
  out.at = header.length;
  for (let i = 0; i < items.size; i++) {
    for (let k = offsets[i]; k < offsets[i + 1]; k++) out.bytes[out.at++] = bytes[k];
    for (let k = i * dim; k < (i + 1) * dim; k++) {
      out.bytes[out.at++] = BLANK;
      out.at = writeFloat(vectors[k], out.bytes, out.at);
      if (out.isFull) yield out.take();
    }
    out.bytes[out.at++] = NEWLINE;
    if (out.isFull) yield out.take();
  }
  yield out.take();
}

/**
 * The lines after the first.
 * @throws FormatError naming the line
 */
export async function readTextRows(file: Word2VecFile): Promise<void> {
  const { reader, rows, dim, ids, vectors } = file;
  for (let row = 0; row < rows; row++) {
    const found = reader.find(NEWLINE, LONGEST_LINE);
    const end = typeof found === "number" ? found : await found;
    const line = () => `${reader.name}, line ${row + 2}`;
    if (end < 0) throw cutShort(file, line());
    const { bytes, at } = reader;
    let blank = at;
    while (blank < end && bytes[blank] !== BLANK) blank++;
    const room = Math.min(dim, (end - blank) >> 1); // a line cannot hold more numbers, whatever the header says
    vectors.reserve(row * dim + room);
    const count = readFloats(bytes, blank, end, vectors.data, row * dim, room);
    const id = () => shownId(bytes, at, blank);
    if (count !== dim)
      throw new FormatError(
        `${line()}: expected ${dim} numbers after id ${id()}, got ${count}${count > dim ? "; an id cannot hold blanks" : ""}`,
      );
    const wrong = firstNotFinite(vectors.data, row * dim, dim);
    if (wrong < dim)
      throw new FormatError(
        `${line()}: number ${wrong + 1} of ${id()} must be a finite float32, got ${nthWord(bytes, blank, end, wrong)}`,
      );
    addId(ids, bytes, at, blank, line);
    reader.at = end + 1;
  }
  await expectEnd(file);
}

/** Nothing but blank lines may follow the last vector. */
export async function expectEnd({ reader, rows }: Word2VecFile): Promise<void> {
  for (;;) {
    while (reader.at < reader.end && reader.bytes[reader.at] <= BLANK) reader.at++;
    if (reader.at < reader.end)
      throw new FormatError(
        `${reader.name}: expected ${rows} vectors, as the first line says, but more follows: ${shownId(reader.bytes, reader.at, reader.end)}`,
      );
    if (!(await reader.more())) return;
  }
}

function cutShort({ reader, rows, ids }: Word2VecFile, line: string): FormatError {
  const rest = reader.end - reader.at;
  if (rest > LONGEST_LINE) return new FormatError(`${line} does not end within ${rest} bytes`);
  if (rest === 0)
    return new FormatError(
      `${reader.name}: expected ${rows} vectors, as the first line says, got ${ids.size}; the file is cut short`,
    );
  return new FormatError(
    `${line}: expected a newline at its end, got the end of the file, which seems to be cut short; if it is whole, add a newline`,
  );
}

function nthWord(bytes: Uint8Array, start: number, end: number, n: number): string {
  const words = new TextDecoder().decode(bytes.subarray(start, end)).trim().split(/\s+/);
  return JSON.stringify(words[n].slice(0, 40));
}
