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
