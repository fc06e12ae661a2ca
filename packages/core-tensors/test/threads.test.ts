import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { backendInfo, kernels, useBackend } from "../src/backend.ts";
import { BackendError } from "../src/errors.ts";
import { heap } from "../src/heap.ts";
import { cores, type Threads } from "../src/kernels/threads.ts";
import { wasmKernels } from "../src/kernels/wasm.ts";
import { scope } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

const root = join(__dirname, "..");

/** A pool of its own, with the kernels that run on it. */
async function pool<T>(threads: number, body: (made: ReturnType<typeof wasmKernels>) => T) {
  const made = wasmKernels({ heap: heap(), threads, relaxed: true });
  try {
    await made.threads.ready();
    expect(made.threads.count).toBe(threads);
    return body(made);
  } finally {
    made.threads.close();
  }
}

/** y = 2x over n floats, split into `parts`. */
function double(threads: Threads, x: Tensor, y: Tensor, parts: number): void {
  const cuts = Array.from({ length: parts + 1 }, (_, t) => Math.floor((x.size * t) / parts));
  threads.run("scale", cuts, 2, x.data.byteOffset, y.data.byteOffset);
}

test("ten thousand small dispatches in a row all compute everything", async () => {
  await pool(3, ({ threads }) =>
    scope(() => {
      const [x, y] = [Tensor.empty([97]), Tensor.empty([97])];
      let wrong = 0;
      for (let n = 0; n < 10_000; n++) {
        x.data.fill(n);
        double(threads, x, y, 1 + (n % 3));
        for (const value of y.data) if (value !== 2 * n) wrong++;
      }
      expect(wrong).toBe(0);
    }),
  );
});

test.each([
  ["a thread", [0, 0, 1000]],
  ["the caller", [0, 1000, 1000]],
  ["all of them", [0, 1000, 2000]],
])("a trap in %s is an error for the caller, and the pool goes on working", async (_, cuts) => {
  await pool(2, ({ threads }) => {
    const beyond = heap().memory.buffer.byteLength - 64;
    for (let round = 0; round < 3; round++) {
      expect(() => threads.run("scale", cuts, 2, beyond, beyond)).toThrow(BackendError);
      expect(() => threads.run("scale", cuts, 2, beyond, beyond)).toThrow(
        "kernel scale failed: memory access out of bounds",
      );
      scope(() => {
        const [x, y] = [Tensor.from([1, 2, 3, 4]), Tensor.empty([4])];
        double(threads, x, y, 2);
        expect([...y.data]).toEqual([2, 4, 6, 8]);
      });
    }
  });
});

test("close() ends the threads, gives back their memory and refuses to run", async () => {
  const before = heap().allocated;
  const made = wasmKernels({ heap: heap(), threads: 3, relaxed: true });
  await made.threads.ready();
  expect(heap().allocated).toBeGreaterThan(before);
  made.threads.close();
  made.threads.close();
  expect(made.threads.count).toBe(1);
  expect(() => made.threads.run("scale", [0, 0], 1, 0, 0)).toThrow(
    "kernels: this backend was replaced by useBackend(…); call kernels() for the one in use",
  );
  for (let wait = 0; wait < 500 && heap().allocated > before; wait++) await sleep(10);
  expect(heap().allocated).toBe(before);
});

test("a pool that takes over from another gets its own threads, whatever the old ones still do", async () => {
  for (let round = 0; round < 8; round++) {
    const info = await useBackend({ threads: 2 + (round % 2) });
    expect(info.threads).toBe(2 + (round % 2));
    scope(() => {
      const [x, y] = [Tensor.empty([400_003]), Tensor.empty([400_003])];
      x.data.fill(round + 1);
      kernels().scale(y.data, 3, x.data);
      expect(y.data.every((value) => value === 3 * (round + 1))).toBe(true);
    });
  }
  await useBackend({ threads: 1 });
});

test("a pool replaced while its threads are still coming up does not take part in the next one's work", async () => {
  for (let delay = 0; delay < 60; delay += 6) {
    const replaced = wasmKernels({ heap: heap(), threads: 3, relaxed: true });
    replaced.threads.start();
    await sleep(delay);
    replaced.threads.close();
    await pool(3, ({ threads }) =>
      scope(() => {
        const x = Tensor.empty([96]);
        x.data.fill(1);
        for (let n = 0; n < 100; n++) double(threads, x, x, 3); // in place: work done twice would show
        expect(x.data.every((value) => value === 2 ** 100)).toBe(true);
      }),
    );
  }
});

test("more threads than cores are no slower than ten times one thread", async () => {
  const time = () => {
    const start = performance.now();
    scope(() => {
      const [x, y] = [Tensor.zeros([1_000_000]), Tensor.empty([1_000_000])];
      for (let n = 0; n < 100; n++) kernels().scale(y.data, 2, x.data);
    });
    return performance.now() - start;
  };
  await useBackend({ threads: 1 });
  time();
  const alone = time();
  await useBackend({ threads: 4 * cores() });
  expect(backendInfo().threads).toBe(4 * cores());
  time();
  expect(time()).toBeLessThan(10 * alone + 2000);
  await useBackend({ threads: 1 });
});

test.each([
  ["as a program", ["--conditions=@kith/source", "--import", "tsx"]],
  [
    "as a program of --input-type=module",
    ["--conditions=@kith/source", "--import", "tsx", "--input-type=module"],
  ],
])(
  "%s, it ends by itself while threads are up",
  (_, flags) => {
    const source = `
    import(${JSON.stringify(join(root, "src/index.ts"))}).then(async ({ useBackend, Tensor, scope, matmul }) => {
      const { threads } = await useBackend({ threads: 3 });
      const total = scope(() => {
        const a = Tensor.zeros([300, 300]);
        a.data.fill(1);
        return matmul(a, a).data.reduce((sum, x) => sum + x, 0);
      });
      console.log(threads, total);
    });`;
    const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, "-e", source], {
      cwd: root,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: "3 27000000\n", stderr: "", status: 0 });
  },
  40_000,
);

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
