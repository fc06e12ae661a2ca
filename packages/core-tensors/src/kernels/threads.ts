import { BackendError } from "../errors.ts";
import type { Heap } from "../heap.ts";
import { workerSource } from "./worker-source.ts";

// The control block, in the heap's reserved first page. Word addresses are in 4-byte words from `control`.
const LAYOUT = {
  control: 32768,
  words: 1024,
  pending: 0,
  kernel: 1,
  argCount: 2,
  failed: 3,
  /** A thread's slot: its wake-up count, begin, end, scratch, ready. */
  slots: 16,
  slotWords: 16,
  args: 32768 + 4096,
  maximumArgs: 32,
  message: 32768 + 8192,
  messageBytes: 512,
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
  readonly #control: Int32Array;
  readonly #args: Float64Array;
  readonly #spins: number;
  #workers: Thread[] | undefined;
  #up = 1;
  #failure: string | undefined;

  constructor(options: ThreadsOptions) {
    const { heap, kernels, threads, scratchBytes } = options;
    this.#options = options;
    this.#heap = heap;
    this.#kernels = kernels;
    this.#names = Object.keys(kernels);
    this.wanted = heap.shared && canBlock() ? Math.min(threads, MAXIMUM_THREADS) : 1;
    this.#scratchBytes = scratchBytes;
    this.#scratch = heap.allocate(scratchBytes * this.wanted);
    this.#control = heap.int32(LAYOUT.control, LAYOUT.words);
    this.#args = new Float64Array(this.#control.buffer, LAYOUT.args, LAYOUT.maximumArgs);
    // Spinning saves the wake-up between kernels that follow each other; with more threads than cores it only steals time.
    this.#spins = this.wanted <= cores() ? 4000 : 0;
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
   * @throws BackendError when any part of it traps
   */
  run(name: string, cuts: ArrayLike<number>, ...args: number[]): void {
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

  /** Ends the threads and frees their memory; nothing may be run afterwards. */
  close(): void {
    for (const worker of this.#workers ?? []) worker.terminate();
    this.#workers = [];
    this.#up = 1;
    this.#failure = "closed";
    this.#heap.free(this.#scratch);
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
      module: this.#options.module,
      thread,
      spins: this.#spins,
      names: this.#names,
      layout: LAYOUT,
    };
    this.#control[LAYOUT.slots + thread * LAYOUT.slotWords + 4] = 0;
    const node = nodeWorkers();
    if (node) {
      const worker = new node.Worker(workerSource, { eval: true, workerData: data });
      worker.once("online", () => worker.unref());
      worker.once("error", (error) => this.#fail(error));
      return worker;
    }
    const url =
      this.#options.workerUrl ??
      URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onerror = (event) => this.#fail(new Error(event.message));
    worker.postMessage(data);
    return worker;
  }

  #fail(error: Error): void {
    this.#failure ??= `a thread ended: ${error.message}`;
  }

  #message(): string {
    const bytes = new Uint8Array(this.#control.buffer, LAYOUT.message, LAYOUT.messageBytes);
    return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
  }
}

function trapped(kernel: string, message: string): BackendError {
  return new BackendError(`kernel ${kernel} failed: ${message}`);
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
