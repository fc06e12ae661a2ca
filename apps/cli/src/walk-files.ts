import type { TokenChunk, Vocabulary } from "@kith/data";
import { CliError } from "./errors.ts";

const NEWLINE = 10;
const BLANK = 32;
const ALIGNMENT = 64;
/** What stands in a matrix where a walk has ended early. */
const NONE = -1;

/**
 * Walks as text: one a line, ids with blanks between them.
 * @throws CliError for an id with a blank or a line break, which no reader could tell from the end of the id
 */
export async function* walkLines(
  chunks: Iterable<TokenChunk> | AsyncIterable<TokenChunk>,
  items: Vocabulary,
): AsyncGenerator<Uint8Array, void, void> {
  const ids = items.encode();
  checkSeparable(items, ids);
  for await (const { tokens, offsets } of chunks) {
    let length = tokens.length;
    for (const token of tokens) length += ids.offsets[token + 1] - ids.offsets[token];
    const bytes = new Uint8Array(length);
    let at = 0;
    for (let walk = 0; walk + 1 < offsets.length; walk++)
      for (let t = offsets[walk]; t < offsets[walk + 1]; t++) {
        const end = ids.offsets[tokens[t] + 1];
        for (let k = ids.offsets[tokens[t]]; k < end; k++) bytes[at++] = ids.bytes[k];
        bytes[at++] = t + 1 < offsets[walk + 1] ? BLANK : NEWLINE;
      }
    yield bytes;
  }
}

/** Walks as a matrix of NumPy's .npy, int32 [walks, length]: numbers of items, −1 behind the end of a walk that ended early. */
export async function* walkMatrix(
  chunks: Iterable<TokenChunk> | AsyncIterable<TokenChunk>,
  walks: number,
  length: number,
): AsyncGenerator<Uint8Array, void, void> {
  const dict = `{'descr': '<i4', 'fortran_order': False, 'shape': (${walks}, ${length}), }`;
  const size = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const head = `\x93NUMPY\x01\x00${String.fromCharCode(size & 255, size >> 8)}${dict.padEnd(size - 1)}\n`;
  yield Uint8Array.from(head, (character) => character.charCodeAt(0));
  for await (const { tokens, offsets } of chunks) {
    const rows = new Int32Array((offsets.length - 1) * length).fill(NONE);
    for (let walk = 0; walk + 1 < offsets.length; walk++)
      rows.set(tokens.subarray(offsets[walk], offsets[walk + 1]), walk * length);
    yield new Uint8Array(rows.buffer);
  }
}

function checkSeparable(
  items: Vocabulary,
  { bytes, offsets }: { readonly bytes: Uint8Array; readonly offsets: Uint32Array },
): void {
  const at = bytes.findIndex((byte) => byte === BLANK || (byte >= 9 && byte <= 13));
  if (at < 0) return;
  const item = offsets.findIndex((_, i) => offsets[i + 1] > at);
  throw new CliError(
    `item ${JSON.stringify(items.id(item))} has a blank, which stands between items in a line; write --out walks.npy and --ids ids.txt`,
  );
}
