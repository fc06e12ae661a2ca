import { once } from "node:events";

/** Writes one JSON object on a line of stdout, and waits while the reader is slower than we are. */
export async function printJson(value: object): Promise<void> {
  await print(`${toJson(value)}`);
}

/** One line of JSON; numbers that JSON does not have become null, Float32Array becomes a list. */
export function toJson(value: object): string {
  return JSON.stringify(value, (_, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part,
  );
}

/** Writes a line of text on stdout. */
export async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}
