import { FormatError } from "@kith/core-tensors";

/**
 * Whether arrays that claim to be a vocabulary hold a list of well-formed texts that are not empty.
 * @throws FormatError saying what is wrong
 */
export function checkEncoding(bytes: Uint8Array, offsets: Uint32Array, numeric: boolean): void {
  if (kindOf(bytes) !== "Uint8Array" || kindOf(offsets) !== "Uint32Array")
    throw new FormatError(
      `Vocabulary: expected bytes (Uint8Array) and offsets (Uint32Array), got ${kindOf(bytes)} and ${kindOf(offsets)}`,
    );
  if (typeof numeric !== "boolean")
    throw new FormatError(`Vocabulary: "numeric" must be true or false, got ${shown(numeric)}`);
  const size = offsets.length - 1;
  if (size < 0 || offsets[0] !== 0 || offsets[size] !== bytes.length)
    throw new FormatError(
      `Vocabulary: offsets must run from 0 to the number of bytes, ${bytes.length}`,
    );
  for (let i = 0; i < size; i++) {
    if (offsets[i + 1] <= offsets[i])
      throw new FormatError(`Vocabulary: offsets must increase, but entry ${i + 1} does not`);
    if ((bytes[offsets[i]] & 0xc0) === 0x80)
      throw new FormatError(`Vocabulary: id ${i} begins inside a character`);
  }
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += 1 << 20)
      utf8.decode(bytes.subarray(at, at + (1 << 20)), { stream: true });
    utf8.decode();
  } catch {
    throw new FormatError("Vocabulary: the ids are not valid UTF-8");
  }
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1); // unlike instanceof, right across realms
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  return typeof value === "object" && value !== null ? kindOf(value) : String(value);
}
