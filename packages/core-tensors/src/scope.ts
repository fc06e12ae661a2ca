import { kernels } from "./backend.ts";
import { KithError, MemoryError } from "./errors.ts";
import { heap } from "./heap.ts";

const CHUNK = 1 << 22;
/** Room beyond what a job took, for the next one, which may be a little larger. */
const SPARE = 9 / 8;

interface Chunk {
  readonly at: number;
  readonly size: number;
}

/** One run of `scope`: what was made in it is gone when it is no longer alive. */
export class Scope {
  alive = true;
  constructor(
    readonly chunk: number,
    readonly used: number,
    readonly taken: number,
  ) {}
}

// The arena: chunks are filled in order, and what a scope took is given back at its end by resetting three numbers. Chunks that an outermost scope needed several of
// become one for the next: else jobs whose tensors differ in size would leave other gaps at the ends of chunks each time, and the arena would grow with every one.
const chunks: Chunk[] = [];
let chunk = 0;
let used = 0;
/** Bytes that the scopes under way have taken. */
let taken = 0;
/** The most that they had at a time. */
let most = 0;
/** The size of the first chunk. */
let reserved = 0;
let current: Scope | undefined;

/** The scope under way, if any. */
export function currentScope(): Scope | undefined {
  return current;
}

/** Takes bytes that live until the current scope ends. */
export function allocateInScope(bytes: number): number {
  const size = Math.ceil(bytes / 64) * 64;
  while (chunk < chunks.length && used + size > chunks[chunk].size) {
    chunk++;
    used = 0;
  }
  if (chunk === chunks.length) {
    chunks.push(newChunk(size));
    used = 0;
  }
  const at = chunks[chunk].at + used;
  used += size;
  taken += size;
  most = Math.max(most, taken);
  return at;
}

/** A chunk of at least this size, and of a better one where that can be had. */
function newChunk(size: number): Chunk {
  const last = chunks[chunks.length - 1];
  const better = Math.max(size, CHUNK, last ? Math.min(2 * last.size, 1 << 26) : reserved);
  if (better > size)
    try {
      return { at: heap().allocate(better), size: better };
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
    }
  return { at: heap().allocate(size), size };
}

function freeChunks(): void {
  for (const { at } of chunks) heap().free(at);
  chunks.length = 0;
}

/**
 * Runs `body` and frees every tensor that it made: use it around a training step or any computation with
 * intermediate results. To keep one of them, return `tensor.keep()` or copy it into a parameter. Scopes nest.
 * @throws KithError when `body` is asynchronous
 */
export function scope<T>(body: () => T): T {
  kernels(); // choosing a backend allocates, which within the body could detach views of an unshared heap
  const outer = current;
  const mine = new Scope(chunk, used, taken);
  current = mine;
  if (outer === undefined) most = 0;
  let result: T;
  try {
    result = body();
  } finally {
    mine.alive = false;
    current = outer;
    chunk = mine.chunk;
    used = mine.used;
    taken = mine.taken;
    if (outer === undefined && chunks.length > 1) {
      freeChunks();
      reserved = Math.ceil((most * SPARE) / 64) * 64;
    }
  }
  if (typeof (result as PromiseLike<unknown> | undefined)?.then === "function") {
    Promise.resolve(result).catch(() => undefined); // what it fails with is our refusal's consequence
    throw new KithError(
      "scope: the body must not be asynchronous, because what it makes is freed when it returns",
    );
  }
  return result;
}

/** Gives the arena's memory back to the heap, so that one large job does not hold it for ever. Does nothing inside a scope. */
export function trimArena(): void {
  if (current === undefined) {
    freeChunks();
    reserved = 0;
  }
}
