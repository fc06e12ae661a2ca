import { backendInfo, kernels, useBackend } from "../src/backend.ts";
import { OptionError } from "../src/errors.ts";
import { heap } from "../src/heap.ts";
import { jsKernels } from "../src/kernels/js.ts";
import { MAXIMUM_THREADS } from "../src/kernels/threads.ts";
import { matmul } from "../src/ops/matmul.ts";
import { scope } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

const { KITH_KERNELS, KITH_THREADS } = process.env;
afterEach(async () => {
  for (const [name, value] of Object.entries({ KITH_KERNELS, KITH_THREADS }))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await useBackend({ threads: 1 });
});

const product = () =>
  scope(() => {
    const a = Tensor.from([1, 2, 3, 4], [2, 2]);
    return [...matmul(a, a).data];
  });

test("the first computation chooses the fastest kernels, on one thread under jest", () => {
  expect(product()).toEqual([7, 10, 15, 22]);
  expect(backendInfo()).toEqual({
    kernels: "wasm-relaxed-simd",
    threads: 1,
    threadsWanted: 1,
    sharedMemory: true,
    heapBytes: heap().allocated,
    reason: "the fastest that this engine takes",
  });
});

test.each([
  [{ kernels: "js" }, { kernels: "js", threads: 1, reason: "asked for" }],
  [{ kernels: "wasm-simd" }, { kernels: "wasm-simd", threads: 1, reason: "asked for" }],
  [
    { kernels: "wasm-relaxed-simd" },
    { kernels: "wasm-relaxed-simd", threads: 1, reason: "asked for" },
  ],
  [
    { kernels: "wasm-simd", threads: 2 },
    { kernels: "wasm-simd", threads: 2, threadsWanted: 2 },
  ],
  [
    { kernels: "auto" },
    { kernels: "wasm-relaxed-simd", reason: "the fastest that this engine takes" },
  ],
  [jsKernels, { kernels: "custom", threads: 1, reason: "handed in" }],
] as const)("useBackend takes %j", async (options, info) => {
  expect(await useBackend(options)).toMatchObject(info);
  expect(product()).toEqual([7, 10, 15, 22]);
});

test("kernels handed in are the ones that compute", async () => {
  const gemm = jest.fn(jsKernels.gemm);
  const custom = { ...jsKernels, gemm };
  await useBackend(custom);
  expect(kernels()).toBe(custom);
  expect(product()).toEqual([7, 10, 15, 22]);
  expect(gemm).toHaveBeenCalledTimes(1);
});

test.each([
  [
    { kernels: "gpu" },
    'useBackend: option "kernels" must be one of "auto", "js", "wasm-simd", "wasm-relaxed-simd", got "gpu"',
  ],
  [
    { threads: 0 },
    `useBackend: option "threads" must be a whole number from 1 to ${MAXIMUM_THREADS}, got 0`,
  ],
  [
    { threads: 1.5 },
    `useBackend: option "threads" must be a whole number from 1 to ${MAXIMUM_THREADS}, got 1.5`,
  ],
  [
    { threads: 1000 },
    `useBackend: option "threads" must be a whole number from 1 to ${MAXIMUM_THREADS}, got 1000`,
  ],
  [
    { threads: "many" },
    `useBackend: option "threads" must be a whole number from 1 to ${MAXIMUM_THREADS}, got "many"`,
  ],
  [
    { thread: 2 },
    'useBackend: option "thread" is unknown; it takes kernels, threads, workerUrl, or a whole set of kernels',
  ],
])("useBackend refuses %j and keeps what it had", async (options, message) => {
  const before = backendInfo();
  await expect(useBackend(options as never)).rejects.toThrow(message);
  await expect(useBackend(options as never)).rejects.toThrow(OptionError);
  expect(backendInfo()).toEqual(before);
});

test("KITH_KERNELS and KITH_THREADS choose where the program does not", async () => {
  process.env.KITH_KERNELS = "wasm-simd";
  process.env.KITH_THREADS = "2";
  expect(await useBackend()).toMatchObject({ kernels: "wasm-simd", threads: 2 });
  expect(await useBackend({ kernels: "js" })).toMatchObject({ kernels: "js" });
  expect(await useBackend({ threads: 3 })).toMatchObject({ kernels: "wasm-simd", threads: 3 });
  process.env.KITH_THREADS = "0";
  await expect(useBackend()).rejects.toThrow('option "threads"');
  process.env.KITH_THREADS = "1";
  process.env.KITH_KERNELS = "fast";
  await expect(useBackend()).rejects.toThrow('got "fast"');
});

describe("where the engine has no", () => {
  const { validate } = WebAssembly;
  afterEach(() => {
    WebAssembly.validate = validate;
  });

  /** A fresh copy of the package, that has compiled nothing yet. */
  function fresh(): typeof import("../src/index.ts") {
    jest.resetModules();
    return require("../src/index.ts");
  }

  test("relaxed SIMD, auto takes SIMD, and asking for relaxed SIMD fails without leaking", async () => {
    const core = fresh();
    let calls = 0;
    WebAssembly.validate = () => ++calls > 1; // not the first, relaxed binary
    expect(await core.useBackend()).toMatchObject({
      kernels: "wasm-simd",
      reason: "the fastest that this engine takes",
    });
    const { allocated } = core.heap();
    calls = 0;
    await expect(core.useBackend({ kernels: "wasm-relaxed-simd" })).rejects.toThrow(
      "useBackend: this engine has no relaxed SIMD; ask for wasm-simd or auto",
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(core.heap().allocated).toBe(allocated);
  });

  test("SIMD, auto falls back to js and says why, and asking for SIMD fails", async () => {
    const core = fresh();
    WebAssembly.validate = () => false;
    const reason = "wasm kernels: this engine has no WebAssembly SIMD; use the js backend";
    expect(await core.useBackend()).toMatchObject({ kernels: "js", threads: 1, reason });
    await expect(core.useBackend({ kernels: "wasm-simd" })).rejects.toThrow(core.BackendError);
    await expect(core.useBackend({ kernels: "wasm-simd" })).rejects.toThrow(reason);
  });
});

test("threads that cannot start are said, and one thread computes", async () => {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = ((name: string) =>
    name === "node:worker_threads"
      ? {
          Worker: class {
            constructor() {
              throw new Error("no more threads");
            }
          },
        }
      : getBuiltinModule(name)) as never;
  try {
    const info = await useBackend({ threads: 2 });
    expect(info).toMatchObject({ threads: 1, threadsWanted: 2 });
    expect(info.reason).toContain("threads could not be started: no more threads");
    expect(product()).toEqual([7, 10, 15, 22]);
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
