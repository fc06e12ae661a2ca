import { FormatError } from "@kith/core-tensors";
import type { Format } from "./format.ts";
import { decodeField } from "./numbers.ts";

/** The names in the first row, and whether that row holds names or, without a header, data already. */
export function readHeader(
  file: string,
  format: Format,
  hasHeader: boolean,
  bytes: Uint8Array,
  bounds: Int32Array,
  fields: number,
): string[] {
  if (!hasHeader) return Array.from({ length: fields }, (_, i) => String(i + 1));
  const names = Array.from({ length: fields }, (_, i) => {
    const name = decodeField(bytes, bounds[2 * i], bounds[2 * i + 1]);
    if (name === undefined) throw new FormatError(`${file}: the header is not valid UTF-8`);
    return name.trim();
  });
  return format === "inter" ? names.map((name) => withoutType(file, name)) : names;
}

function withoutType(file: string, name: string): string {
  const match = /^(.+):(token|token_seq|float|float_seq)$/.exec(name);
  if (match === null)
    throw new FormatError(
      `${file}: expected a typed header such as user_id:token, got ${JSON.stringify(name)}; pass format: "tsv" for a plain one`,
    );
  return match[1];
}
