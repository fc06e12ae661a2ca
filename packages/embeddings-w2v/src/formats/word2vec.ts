import { FormatError, flag, type Rule, type Rules, resolveOptions } from "@kith/core-tensors";
import { type ByteSource, VocabularyBuilder } from "@kith/data";
import { KeyedVectors } from "../keyed-vectors.ts";
import { ByteReader } from "./byte-reader.ts";
import { GrowingRows } from "./growing-rows.ts";
import { idsWithout } from "./ids.ts";
import { READ_VECTORS_RULES, type ReadVectorsOptions } from "./read-options.ts";
import { readBinaryRows, writeBinaryRows } from "./word2vec-binary.ts";
import { readTextRows, writeTextRows } from "./word2vec-text.ts";

/** Options of `writeWord2Vec`. */
export interface WriteWord2VecOptions {
  /** Float32s instead of decimals: smaller and much faster, and nobody can read it in an editor. Default false. */
  binary?: boolean;
}

/** Options of `readWord2Vec`. */
export interface ReadWord2VecOptions extends ReadVectorsOptions {
  /** Default "auto": binary when what follows the first line is no text. */
  binary?: boolean | "auto";
}

/** What the readers of both formats need. */
export interface Word2VecFile {
  readonly reader: ByteReader;
  /** As the first line says. */
  readonly rows: number;
  readonly dim: number;
  readonly ids: VocabularyBuilder;
  readonly vectors: GrowingRows;
}

const WRITE_RULES: Rules<WriteWord2VecOptions> = { binary: flag(false) };
const binaryOrAuto: Rule<boolean | "auto"> = {
  default: "auto",
  wanted: 'true, false or "auto"',
  accepts: (value) => typeof value === "boolean" || value === "auto",
};
const READ_RULES: Rules<ReadWord2VecOptions> = { ...READ_VECTORS_RULES, binary: binaryOrAuto };

/** What ends an id for one reader or another. */
const BLANKS = " \t\n\v\f\r";
const LONGEST_HEADER = 1024;
const SAMPLE = 4096;

/**
 * The file that word2vec.c, gensim and many others read, in chunks: a line "V D", then for each item its id, a blank, and D numbers. As text
 * these are decimals separated by blanks, the shortest that read back as the same float32; in the binary format float32s, little-endian. Each
 * vector ends with a newline.
 *
 *   await writeFile("vectors.txt", writeWord2Vec(vectors))
 *
 * @throws FormatError for an id with a blank or a newline, which no reader could tell from the end of the id; OptionError
 */
export function writeWord2Vec(
  vectors: KeyedVectors,
  options: WriteWord2VecOptions = {},
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const { binary } = resolveOptions("writeWord2Vec", options, WRITE_RULES);
  const ids = idsWithout(BLANKS, "writeWord2Vec", vectors.items);
  return binary ? writeBinaryRows(vectors, ids) : writeTextRows(vectors, ids);
}

/**
 * Reads word2vec's text and binary formats, whoever wrote them: with and without a newline after each binary vector, and with blanks at the
 * end of a line of text. Ids come back as strings.
 * @throws FormatError naming the vector or line, what was expected and what came: a first line that is not "V D", fewer or more vectors than
 * it says, a vector of another length, what is no finite number, an id that is missing, there twice or not UTF-8
 * @throws MemoryError when the vectors do not fit; OptionError; the signal's reason when aborted
 */
export async function readWord2Vec(
  source: ByteSource,
  options: ReadWord2VecOptions = {},
): Promise<KeyedVectors> {
  const { name, signal, binary } = resolveOptions("readWord2Vec", options, READ_RULES);
  const reader = await ByteReader.open(source, name, signal);
  try {
    const { rows, dim } = await readHeader(reader);
    const ids = new VocabularyBuilder();
    const vectors = new GrowingRows(name, rows, dim);
    const file: Word2VecFile = { reader, rows, dim, ids, vectors };
    const isBinary = binary === "auto" ? await looksBinary(reader) : binary;
    await (isBinary ? readBinaryRows(file) : readTextRows(file));
    return new KeyedVectors(ids.build(), vectors.data);
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader): Promise<{ rows: number; dim: number }> {
  const { name } = reader;
  const end = await reader.find(10, LONGEST_HEADER);
  const { bytes, at } = reader;
  const line = bytes.subarray(at, Math.min(end < 0 ? reader.end : end, at + LONGEST_HEADER));
  const text = new TextDecoder().decode(line);
  const [, rows, dim] = (end >= 0 && /^\s*(\d+)\s+(\d+)\s*$/.exec(text)) || [];
  if (dim === undefined)
    throw new FormatError(
      reader.end === at
        ? `${name} is empty`
        : `${name}, line 1: expected the number of vectors and their length, such as "1000 128", got ${JSON.stringify(text.slice(0, 40))}; GloVe's files have no such line: write one`,
    );
  reader.at = end + 1;
  return { rows: Number(rows), dim: Number(dim) };
}

/** Text is UTF-8 without control characters; float32s soon are not. */
async function looksBinary(reader: ByteReader): Promise<boolean> {
  await reader.has(SAMPLE);
  const sample = reader.bytes.subarray(reader.at, Math.min(reader.end, reader.at + SAMPLE));
  if (sample.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) return true;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true }); // it may end within a character
    return false;
  } catch {
    return true;
  }
}
