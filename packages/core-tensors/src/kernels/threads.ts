import { BackendError } from "../errors.ts";
import type { Heap } from "../heap.ts";
import { workerSource } from "./worker-source.ts";

// A pool's control block: first words of 4 bytes each, by number, then two areas by their offset in bytes.
const LAYOUT = {
  words: 1024,
  pending: 0,
  kernel: 1,
  argCount: 2,
  failed: 3,
  /** Not 0 when the pool has ended: threads then return at once. */
  closed: 4,
  /** A thread's slot: its wake-up count, begin, end, scratch, ready. */
  slots: 16,
  slotWords: 16,
  args: 4096,
  maximumArgs: 32,
  message: 4352,
  messageBytes: 512,
  bytes: 4864,
} as const;

/** The most threads a pool can have: what fits the control block. */
export const MAXIMUM_THREADS: number = (LAYOUT.words - LAYOUT.slots) / LAYOUT.slotWords;

type KernelFunction = (...args: number[]) => number | undefined;

interface Thread {
  terminate(): unknown;
}

export interface ThreadsOptions {
  heap: Heap;
  module: WebAssembly.Module;
  /** The kernels by name, of the caller's own instance. */
  kernels: Readonly<Record<string, KernelFunction>>;
  /** Threads wanted, the caller's own included. */
  threads: number;
  /** Bytes of scratch memory a thread gets. */
  scratchBytes: number;
  /** Where a page's content security policy forbids blob workers: a URL that serves `workerSource`. */
  workerUrl?: string | undefined;
}

/**
 * Worker threads over one heap. `run` splits a kernel's rows between the caller and the threads that are up; until they are, the
 * caller does all of it, with the same result. Threads never keep the program alive.
 */
export class Threads {
  readonly wanted: number;
  readonly #heap: Heap;
  readonly #kernels: Readonly<Record<string, KernelFunction>>;
  readonly #names: readonly string[];
  readonly #scratch: number;
  readonly #scratchBytes: number;
  readonly #options: ThreadsOptions;
  /** The address of this pool's control block: not shared with a former pool's threads, which may still be on their way out. */
  readonly #controlAt: number;
  readonly #control: Int32Array;
  readonly #args: Float64Array;
  readonly #spins: number;
  #workers: Thread[] | undefined;
  #up = 1;
  #failure: string | undefined;
  #closed = false;

  constructor(options: ThreadsOptions) {
    const { heap, kernels, threads, scratchBytes } = options;
    this.#options = options;
    this.#heap = heap;
    this.#kernels = kernels;
    this.#names = Object.keys(kernels);
    this.wanted = heap.shared && canBlock() ? Math.min(threads, MAXIMUM_THREADS) : 1;
    this.#scratchBytes = scratchBytes;
    this.#scratch = heap.allocate(scratchBytes * this.wanted);
    this.#controlAt = heap.allocate(LAYOUT.bytes);
    this.#control = heap.int32(this.#controlAt, LAYOUT.words).fill(0);
    const { buffer } = this.#control;
    this.#args = new Float64Array(buffer, this.#controlAt + LAYOUT.args, LAYOUT.maximumArgs);
    // Spinning saves the wake-up between kernels that follow each other; with more threads than cores it only steals time.
    this.#spins = this.wanted <= cores() ? 20_000 : 0;
  }

  /** Threads that take part now, the caller included. */
  get count(): number {
    if (this.#workers && this.#up < this.wanted) this.#countUp();
    return this.#up;
  }

  /** Why there are fewer threads than wanted, if something failed. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Starts the threads if they are not; returns at once. */
  start(): void {
    if (this.#workers || this.wanted === 1) return;
    this.#workers = [];
    try {
      for (let thread = 1; thread < this.wanted; thread++) this.#workers.push(this.#spawn(thread));
    } catch (error) {
      this.#failure = `threads could not be started: ${(error as Error).message}`;
    }
  }

  /** Waits until all threads are up, or it is known that they will not be. */
  async ready(): Promise<void> {
    this.start();
    const deadline = Date.now() + 10_000;
    while (this.count < this.wanted && this.#failure === undefined) {
      if (Date.now() > deadline) this.#failure = "threads did not start within 10 s";
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /**
   * Runs kernel `name` over rows 0 … cuts[last], thread t taking cuts[t] … cuts[t + 1].
   * @throws BackendError when any part of it traps, or after `close`
   */
  run(name: string, cuts: ArrayLike<number>, ...args: number[]): void {
    if (this.#closed)
      throw new BackendError(
        "kernels: this backend was replaced by useBackend(…); call kernels() for the one in use",
      );
    const parts = cuts.length - 1;
    const control = this.#control;
    const kernel = this.#kernels[name];
    if (parts > 1) {
      this.#args.set(args);
      control[LAYOUT.kernel] = this.#names.indexOf(name);
      control[LAYOUT.argCount] = args.length;
      control[LAYOUT.failed] = 0;
      Atomics.store(control, LAYOUT.pending, parts - 1);
      for (let t = 1; t < parts; t++) {
        const slot = LAYOUT.slots + t * LAYOUT.slotWords;
        control[slot + 1] = cuts[t];
        control[slot + 2] = cuts[t + 1];
        control[slot + 3] = this.#scratchOf(t);
        Atomics.add(control, slot, 1);
        Atomics.notify(control, slot);
      }
    }
    let failure: unknown;
    try {
      kernel(cuts[0], cuts[1], this.#scratchOf(0), ...args);
    } catch (error) {
      failure = error;
    }
    if (parts > 1) this.#join();
    if (failure !== undefined) throw trapped(name, (failure as Error).message);
    if (parts > 1 && control[LAYOUT.failed] !== 0) throw trapped(name, this.#message());
  }

  /** Ends the threads and frees their memory; nothing may be run afterwards. Does nothing the second time. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#up = 1;
    this.#failure ??= "closed";
    this.#heap.free(this.#scratch);
    const ended = (this.#workers ?? []).map((worker, index) => {
      const slot = LAYOUT.slots + (index + 1) * LAYOUT.slotWords;
      Atomics.store(this.#control, LAYOUT.closed, 1);
      Atomics.add(this.#control, slot, 1);
      Atomics.notify(this.#control, slot);
      return worker.terminate();
    });
    this.#workers = [];
    // The control block is freed only when no thread can read it any more. A browser does not tell when that is, so there its 5 KB stay.
    if (ended.length === 0 || nodeWorkers())
      Promise.all(ended).then(
        () => this.#heap.free(this.#controlAt),
        () => undefined,
      );
  }

  #scratchOf(thread: number): number {
    return this.#scratch + thread * this.#scratchBytes;
  }

  #join(): void {
    const control = this.#control;
    let pending = Atomics.load(control, LAYOUT.pending);
    for (let n = 0; pending !== 0; n++) {
      if (n > this.#spins) Atomics.wait(control, LAYOUT.pending, pending);
      pending = Atomics.load(control, LAYOUT.pending);
    }
  }

  /** Threads report themselves in order of their number, so that those that take part are always 0 … count − 1. */
  #countUp(): void {
    if (this.#failure !== undefined) return;
    while (
      this.#up < this.wanted &&
      Atomics.load(this.#control, LAYOUT.slots + this.#up * LAYOUT.slotWords + 4) === 1
    )
      this.#up++;
  }

  #spawn(thread: number): Thread {
    const data = {
      memory: this.#heap.memory,
      control: this.#controlAt,
      module: this.#options.module,
      thread,
      spins: this.#spins,
      names: this.#names,
      layout: LAYOUT,
    };
    this.#control[LAYOUT.slots + thread * LAYOUT.slotWords + 4] = 0;
    const node = nodeWorkers();
    if (node) {
      // Without the program's own flags, which may say that text is an ES module, or preload what a kernel does not need.
      const worker = new node.Worker(workerSource, { eval: true, workerData: data, execArgv: [] });
      worker.once("online", () => worker.unref());
      worker.once("error", (error) => this.#fail(thread, error.message));
      worker.once("exit", () => this.#fail(thread, "it exited"));
      return worker;
    }
    const { workerUrl } = this.#options;
    const url =
      workerUrl ?? URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onerror = (event) => this.#fail(thread, event.message ?? notLoaded(workerUrl)); // a script that never ran has no message
    worker.postMessage(data);
    return worker;
  }

  /** A thread has ended, so that it and those after it can no longer take part. */
  #fail(thread: number, reason: string): void {
    if (this.#closed) return;
    this.#up = Math.min(this.#up, thread);
    this.#failure ??= `thread ${thread} ended: ${reason}`;
  }

  #message(): string {
    const at = this.#controlAt + LAYOUT.message;
    const bytes = new Uint8Array(this.#control.buffer, at, LAYOUT.messageBytes);
    return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
  }
}

function trapped(kernel: string, message: string): BackendError {
  return new BackendError(`kernel ${kernel} failed: ${message}`);
}

function notLoaded(workerUrl: string | undefined): string {
  return workerUrl === undefined
    ? "its script was refused; where a content security policy forbids blob workers, pass useBackend a workerUrl"
    : `its script could not be loaded from ${workerUrl}`;
}

/** Processors that this program may use. */
export function cores(): number {
  const os = builtin<typeof import("node:os")>("node:os");
  return os?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** A module of Node's own, or undefined in a browser: no import that a bundler would have to resolve. */
export function builtin<T>(name: string): T | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as T | undefined;
}

function nodeWorkers(): typeof import("node:worker_threads") | undefined {
  return builtin("node:worker_threads");
}

/** A page's main thread may not wait for others. */
function canBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}
