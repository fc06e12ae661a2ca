import { FormatError, KithError, MemoryError } from "@kith/core-tensors";
import type { ByteSource } from "@kith/data";
import { breathe } from "@kith/recommender";

const CHUNK = 1 << 20;
/** So many bytes are looked through by a loop: quicker than calling indexOf for an id. */
const NEAR = 32;
/** Longest time between two turns of the event loop. */
const TURN = 50;

/** Pulls the bytes of a source as they are needed: what has come and is unread lies in bytes[at] … bytes[end]. */
export class ByteReader {
  readonly name: string;
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  readonly #chunks: AsyncGenerator<Uint8Array, void, void>;
  readonly #signal: AbortSignal;
  /** Whether `bytes` is ours to write to, not a chunk of the source. */
  #isOwn = false;
  #turn: number = performance.now();

  private constructor(source: ByteSource, name: string, signal: AbortSignal) {
    this.name = name;
    this.#chunks = chunksOf(source, name);
    this.#signal = signal;
  }

  /**
   * A reader at the start of a source; to be closed whatever happens.
   * @param name what to call the source in messages
   * @throws FormatError for gzip, which is the caller's to unpack
   */
  static async open(source: ByteSource, name: string, signal: AbortSignal): Promise<ByteReader> {
    const reader = new ByteReader(source, name, signal);
    try {
      await reader.has(2);
      if (reader.bytes[0] === 0x1f && reader.bytes[1] === 0x8b)
        throw new FormatError(
          `${name} is packed with gzip: unpack it first, such as with createReadStream(path).pipe(createGunzip()) or stream.pipeThrough(new DecompressionStream("gzip"))`,
        );
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** Whether at least `count` unread bytes are there; more are awaited only when they are not, because awaiting takes longer than parsing. */
  has(count: number): boolean | Promise<boolean> {
    return this.end - this.at >= count || this.#pull(count);
  }

  /** The place of the next unread byte of this value; −1 where the source ends, or `most` bytes pass, without one. */
  find(byte: number, most: number): number | Promise<number> {
    const near = Math.min(this.end, this.at + NEAR);
    for (let at = this.at; at < near; at++) if (this.bytes[at] === byte) return at;
    const found = this.bytes.indexOf(byte, near);
    return found >= 0 && found < this.end ? found : this.#findFurther(byte, most);
  }

  /**
   * Takes in the source's next chunk; false at its end. Gives the event loop a turn every 50 ms.
   * @throws the signal's reason; whatever the source throws
   */
  async more(): Promise<boolean> {
    if (performance.now() - this.#turn > TURN) {
      await breathe();
      this.#turn = performance.now();
    }
    this.#signal.throwIfAborted();
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    if (!ArrayBuffer.isView(value))
      throw new KithError(
        `${this.name}: expected chunks of bytes, got a ${typeof value}; open the stream without an encoding`,
      );
    // one class for all chunks, whatever the source makes: the parsers' loops are compiled for it
    this.#append(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return true;
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #pull(count: number): Promise<boolean> {
    while (this.end - this.at < count) if (!(await this.more())) return false;
    return true;
  }

  async #findFurther(byte: number, most: number): Promise<number> {
    for (;;) {
      const looked = this.end - this.at;
      if (looked > most || !(await this.more())) return -1;
      const found = this.bytes.indexOf(byte, this.at + looked);
      if (found >= 0 && found < this.end) return found;
    }
  }

  /** Room is doubled, so that a line of many chunks is not copied for each of them. */
  #append(chunk: Uint8Array): void {
    const rest = this.end - this.at;
    if (rest === 0) {
      this.bytes = chunk;
      this.#isOwn = false;
    } else if (this.#isOwn && this.end + chunk.length <= this.bytes.length) {
      this.bytes.set(chunk, this.end);
      this.end += chunk.length;
      return;
    } else {
      const bytes = this.#room(2 * (rest + chunk.length));
      bytes.set(this.bytes.subarray(this.at, this.end));
      bytes.set(chunk, rest);
      this.bytes = bytes;
      this.#isOwn = true;
    }
    this.at = 0;
    this.end = rest + chunk.length;
  }

  #room(length: number): Uint8Array {
    try {
      return new Uint8Array(length);
    } catch {
      throw new MemoryError(`${this.name}: ${length} bytes in one piece do not fit into memory`);
    }
  }
}

/** All bytes of a source in one array; not copied when it is one. */
export async function allBytes(
  source: ByteSource,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (ArrayBuffer.isView(source)) return source;
  const reader = await ByteReader.open(source, name, signal);
  try {
    while (await reader.more());
    return reader.bytes.subarray(reader.at, reader.end);
  } finally {
    await reader.close();
  }
}

async function* chunksOf(source: ByteSource, name: string): AsyncGenerator<Uint8Array, void, void> {
  if (ArrayBuffer.isView(source)) {
    for (let at = 0; at < source.length; at += CHUNK) yield source.subarray(at, at + CHUNK);
  } else if (typeof (source as Partial<ReadableStream> | null)?.getReader === "function") {
    const reader = (source as ReadableStream<Uint8Array>).getReader(); // not every browser can iterate a stream
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => {}); // an error in cancelling must not hide why we stopped
      reader.releaseLock();
    }
  } else if (Symbol.asyncIterator in Object(source)) {
    yield* source as AsyncIterable<Uint8Array>;
  } else {
    throw new KithError(
      `${name}: expected a Uint8Array, an AsyncIterable of them or a ReadableStream; open files yourself`,
    );
  }
}
