import { BackendError, OptionError } from "./errors.ts";
import { heap } from "./heap.ts";
import { jsKernels } from "./kernels/js.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { cores, MAXIMUM_THREADS, type Threads } from "./kernels/threads.ts";
import { type WasmKernels, wasmKernels } from "./kernels/wasm.ts";

/** What computes, and why it was taken. */
export interface BackendInfo {
  /** Which set of kernels. Results are bit-equal within one set only: fused multiply-add rounds once where multiply and add round twice. */
  readonly kernels: "js" | "wasm-simd" | "wasm-relaxed-simd" | "custom";
  /** Threads that take part now, the caller's own included. */
  readonly threads: number;
  /** Threads asked for. */
  readonly threadsWanted: number;
  /** Whether the heap can be shared between threads. */
  readonly sharedMemory: boolean;
  readonly heapBytes: number;
  /** Why this one and not a faster one. */
  readonly reason: string;
}

export interface BackendOptions {
  /** Which kernels. Default "auto": the fastest set that the engine takes. */
  kernels?: "auto" | "js" | "wasm-simd" | "wasm-relaxed-simd";
  /** Threads, the caller's own included. Default: one a core, at most 8; 1 under jest. */
  threads?: number;
  /** A URL that serves `workerSource`, for pages whose content security policy forbids blob workers. */
  workerUrl?: string;
}

interface Backend {
  readonly kernels: Kernels;
  readonly name: BackendInfo["kernels"];
  readonly threads?: Threads;
  readonly reason: string;
}

let current: Backend | undefined;

/** The kernels of the backend in use; chooses one if nobody has. */
export function kernels(): Kernels {
  current ??= choose({});
  return current.kernels;
}

/**
 * Chooses what computes, for the whole program, and waits until its threads are up. Without it the first computation chooses
 * `{ kernels: "auto" }`, or what the environment variables KITH_KERNELS and KITH_THREADS say.
 * @throws OptionError for an unknown name or a number of threads that cannot be
 * @throws BackendError when the kernels asked for do not run here ("auto" never throws)
 */
export async function useBackend(options: BackendOptions | Kernels = {}): Promise<BackendInfo> {
  const chosen: Backend = isKernels(options)
    ? { kernels: options, name: "custom", reason: "handed in" }
    : choose(options);
  current?.threads?.close();
  current = chosen;
  await chosen.threads?.ready();
  return backendInfo();
}

/** What computes now, and why. */
export function backendInfo(): BackendInfo {
  current ??= choose({});
  const { name, threads, reason } = current;
  return {
    kernels: name,
    threads: threads?.count ?? 1,
    threadsWanted: threads?.wanted ?? 1,
    sharedMemory: heap().shared,
    heapBytes: heap().allocated,
    reason: threads?.failure ? `${reason}; ${threads.failure}` : reason,
  };
}

function choose(options: BackendOptions): Backend {
  for (const name of Object.keys(options))
    if (!["kernels", "threads", "workerUrl"].includes(name))
      throw new OptionError(
        "useBackend",
        name,
        "is unknown; it takes kernels, threads, workerUrl, or a whole set of kernels",
      );
  const wanted = options.kernels ?? environment("KITH_KERNELS") ?? "auto";
  if (!["auto", "js", "wasm-simd", "wasm-relaxed-simd"].includes(wanted))
    throw new OptionError(
      "useBackend",
      "kernels",
      `must be one of "auto", "js", "wasm-simd", "wasm-relaxed-simd", got ${JSON.stringify(wanted)}`,
    );
  const asked = options.threads ?? environment("KITH_THREADS") ?? defaultThreads();
  const threads = Number(asked);
  if (!Number.isInteger(threads) || threads < 1 || threads > MAXIMUM_THREADS)
    throw new OptionError(
      "useBackend",
      "threads",
      `must be a whole number from 1 to ${MAXIMUM_THREADS}, got ${JSON.stringify(asked)}`,
    );
  if (wanted === "js") return { kernels: jsKernels, name: "js", reason: "asked for" };

  let made: WasmKernels;
  try {
    made = wasmKernels({
      heap: heap(),
      threads,
      relaxed: wanted !== "wasm-simd",
      workerUrl: options.workerUrl,
    });
  } catch (error) {
    if (wanted !== "auto") throw error;
    return { kernels: jsKernels, name: "js", reason: (error as Error).message };
  }
  if (wanted === "wasm-relaxed-simd" && !made.relaxed) {
    made.threads.close();
    throw new BackendError(
      "useBackend: this engine has no relaxed SIMD; ask for wasm-simd or auto",
    );
  }
  const name = made.relaxed ? "wasm-relaxed-simd" : "wasm-simd";
  const why = wanted === "auto" ? "the fastest that this engine takes" : "asked for";
  const alone =
    made.threads.wanted < threads
      ? `; one thread, because ${heap().shared ? "this thread may not wait for others (use a Worker)" : "memory cannot be shared (the page is not cross-origin isolated)"}`
      : "";
  return { kernels: made.kernels, name, threads: made.threads, reason: why + alone };
}

function isKernels(options: BackendOptions | Kernels): options is Kernels {
  return typeof (options as Kernels).gemm === "function";
}

function environment(name: string): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}

function defaultThreads(): number {
  return environment("JEST_WORKER_ID") ? 1 : Math.min(cores(), 8);
}
