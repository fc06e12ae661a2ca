import { FormatError } from "@kith/core-tensors";
import type { Vocabulary, VocabularyBuilder } from "@kith/data";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 of all ids, end to end: id i is bytes[offsets[i]] … bytes[offsets[i + 1]]. */
export interface IdBytes {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  /** Bytes of the longest. */
  readonly longest: number;
}

/**
 * The ids of a vocabulary, to be written where some characters would end them.
 * @param breaks those characters, all ASCII
 * @throws FormatError naming the first id that has one
 */
export function idsWithout(breaks: string, what: string, items: Vocabulary): IdBytes {
  const { bytes, offsets } = items.encode();
  const isBreak = Array.from({ length: 256 }, (_, byte) =>
    breaks.includes(String.fromCharCode(byte)),
  );
  let longest = 0;
  for (let i = 0; i + 1 < offsets.length; i++) {
    longest = Math.max(longest, offsets[i + 1] - offsets[i]);
    for (let at = offsets[i]; at < offsets[i + 1]; at++)
      if (isBreak[bytes[at]])
        throw new FormatError(
          `${what}: id ${JSON.stringify(items.id(i))} holds ${JSON.stringify(String.fromCharCode(bytes[at]))}, which ends an id in this format; replace it, or use safetensors`,
        );
  }
  return { bytes, offsets, longest };
}

/**
 * Adds the id in bytes[start] … bytes[end], which is to be a new one.
 * @param place where it is, for messages
 * @throws FormatError when it is empty, not UTF-8, or there already
 */
export function addId(
  ids: VocabularyBuilder,
  bytes: Uint8Array,
  start: number,
  end: number,
  place: () => string,
): void {
  if (start === end) throw new FormatError(`${place()}: the id is missing`);
  if (!isUtf8(bytes, start, end))
    throw new FormatError(
      `${place()}: id ${shownId(bytes, start, end)} is not valid UTF-8; is this another kind of file?`,
    );
  const count = ids.size;
  const index = ids.addBytes(bytes, start, end);
  if (index < count)
    throw new FormatError(
      `${place()}: id ${shownId(bytes, start, end)} is there already, as number ${index + 1}`,
    );
}

/** An id as messages show it: not all of what may be no id at all. */
export function shownId(bytes: Uint8Array, start: number, end: number): string {
  const text = lenient.decode(bytes.subarray(start, Math.min(end, start + 40)));
  return JSON.stringify(text + (end > start + 40 ? "…" : ""));
}

function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && bytes[at] < 128) at++;
  if (at === end) return true;
  try {
    utf8.decode(bytes.subarray(start, end));
    return true;
  } catch {
    return false;
  }
}
