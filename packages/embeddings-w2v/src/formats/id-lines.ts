import { FormatError, resolveOptions } from "@kith/core-tensors";
import { type ByteSource, type Vocabulary, VocabularyBuilder } from "@kith/data";
import { ByteChunks } from "./byte-chunks.ts";
import { ByteReader } from "./byte-reader.ts";
import { addId, type IdBytes, idsWithout } from "./ids.ts";
import { READ_VECTORS_RULES, type ReadVectorsOptions } from "./read-options.ts";

const [NEWLINE, RETURN] = [10, 13];
const LONGEST_LINE = 2 ** 20;

/**
 * The ids of a vocabulary in UTF-8, one a line, in its order: what stands beside a .npy file.
 * @throws FormatError for an id that holds a line break
 */
export function writeIds(items: Vocabulary): Generator<Uint8Array<ArrayBuffer>, void, void> {
  return lines(idsWithout("\n\r", "writeIds", items));
}

function* lines({
  bytes,
  offsets,
  longest,
}: IdBytes): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const out = new ByteChunks(longest + 1);
  for (let i = 0; i + 1 < offsets.length; i++) {
    out.bytes.set(bytes.subarray(offsets[i], offsets[i + 1]), out.at);
    out.at += offsets[i + 1] - offsets[i];
    out.bytes[out.at++] = NEWLINE;
    if (out.isFull) yield out.take();
  }
  yield out.take();
}

/**
 * Reads ids, one a line, as strings. The last line need not end.
 * @throws FormatError naming the line of an id that is missing, there twice or not UTF-8; OptionError; the signal's reason when aborted
 */
export async function readIds(
  source: ByteSource,
  options: ReadVectorsOptions = {},
): Promise<Vocabulary> {
  const { name, signal } = resolveOptions("readIds", options, READ_VECTORS_RULES);
  const reader = await ByteReader.open(source, name, signal);
  const ids = new VocabularyBuilder();
  try {
    if ((await reader.has(3)) && startsWithMark(reader)) reader.at += 3;
    for (let line = 1; ; line++) {
      const newline = await reader.find(NEWLINE, LONGEST_LINE);
      const { bytes, at } = reader;
      let end = newline < 0 ? reader.end : newline;
      if (newline < 0 && end === at) break;
      if (end - at > LONGEST_LINE)
        throw new FormatError(`${name}, line ${line}: an id of more than ${LONGEST_LINE} bytes`);
      if (bytes[end - 1] === RETURN && end > at) end--;
      addId(ids, bytes, at, end, () => `${name}, line ${line}`);
      reader.at = newline < 0 ? reader.end : newline + 1;
    }
    return ids.build();
  } finally {
    await reader.close();
  }
}

/** The mark that some editors put at the start of UTF-8. */
function startsWithMark({ bytes, at }: ByteReader): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}
