import { open } from "node:fs/promises";

/** Bytes that hold the length of the header. */
const HEAD = 8;

/** Reads the metadata of a safetensors file from its header alone; undefined when it is none. What is wrong with it is for the decoder to say. */
export function peekMetadata(bytes: Uint8Array): Readonly<Record<string, string>> | undefined {
  if (bytes.length < 9 || bytes[8] !== 0x7b) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8)) return undefined;
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + Number(length))));
    return header.__metadata__ ?? {};
  } catch {
    return undefined;
  }
}

/** Whether a file is a checkpoint of ours, by its content. */
export async function isCheckpoint(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    if (bytesRead < HEAD) return false;
    const length = Number(buffer.readBigUInt64LE(0));
    if (length > (await file.stat()).size - HEAD) return false;
    const whole = Buffer.alloc(HEAD + length);
    await file.read(whole, 0, whole.length, 0);
    return peekMetadata(whole)?.format?.startsWith("kith-checkpoint/") ?? false;
  } finally {
    await file.close();
  }
}
