import { FormatError, KithError } from "@kith/core-tensors";

/** Bytes, all at once or in chunks. Files are opened by the caller: in Node `fs.createReadStream(path)`, in a browser `file.stream()`. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

const CHUNK = 1 << 20;

/**
 * The bytes of `source` in chunks, unpacked when they are gzip (told by its magic bytes). Gives the event loop a turn
 * every 50 ms, and looks at `signal` before every chunk.
 * @throws FormatError when gzip data is damaged or cut short; the signal's reason; whatever the source throws
 */
export async function* chunksOf(
  source: ByteSource,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const chunks = await unzipped(plainChunks(source), name);
  let turn = performance.now();
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    if (!ArrayBuffer.isView(chunk))
      throw new KithError(
        `${name}: expected chunks of bytes, got a ${typeof chunk}; open the stream without an encoding`,
      );
    if (performance.now() - turn > 50) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
      signal?.throwIfAborted();
    }
    yield chunk;
  }
}

async function* plainChunks(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  if (ArrayBuffer.isView(source)) {
    for (let at = 0; at < source.length; at += CHUNK) yield source.subarray(at, at + CHUNK);
  } else if (typeof (source as Partial<ReadableStream> | null)?.getReader === "function") {
    yield* streamChunks(source as ReadableStream<Uint8Array>);
  } else if (Symbol.asyncIterator in Object(source)) {
    yield* source as AsyncIterable<Uint8Array>;
  } else {
    throw new KithError(
      "read: expected a Uint8Array, an AsyncIterable of them or a ReadableStream; open files yourself",
    );
  }
}

/** Not every browser can iterate a ReadableStream. */
async function* streamChunks(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!isDone) await reader.cancel().catch(() => {}); // an error in cancelling must not hide why we stopped
    reader.releaseLock();
  }
}

async function unzipped(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  name: string,
): Promise<AsyncGenerator<Uint8Array, void, void>> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : joined(head, value);
  }
  const all = prepended(head, chunks);
  return head[0] === 0x1f && head[1] === 0x8b ? gunzipped(all, name) : all;
}

async function* prepended(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (head.length > 0) yield head;
    yield* rest;
  } finally {
    await rest.return();
  }
}

async function* gunzipped(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  let sourceError: { error: unknown } | undefined;
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>); // a SharedArrayBuffer cannot be read from a file
      } catch (error) {
        sourceError = { error };
        controller.error(error);
      }
    },
    async cancel() {
      await chunks.return();
    },
  });
  const unpacking = streamChunks(packed.pipeThrough(new DecompressionStream("gzip")));
  try {
    for (;;) {
      const { done, value } = await nextOf(unpacking, name, () => sourceError);
      if (done) return;
      yield value;
    }
  } finally {
    await unpacking.return();
  }
}

/** Damage shows when the next chunk is asked for; errors of the source and of the consumer stay what they are. */
async function nextOf(
  unpacking: AsyncGenerator<Uint8Array, void, void>,
  name: string,
  sourceError: () => { error: unknown } | undefined,
): Promise<IteratorResult<Uint8Array, void>> {
  try {
    return await unpacking.next();
  } catch {
    const failed = sourceError();
    if (failed) throw failed.error;
    throw new FormatError(
      `${name}: the gzip data is damaged, cut short or followed by something else`,
    );
  }
}

export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
