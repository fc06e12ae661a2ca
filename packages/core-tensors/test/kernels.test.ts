import { createHash } from "node:crypto";
import { heap } from "../src/heap.ts";
import { jsKernels } from "../src/kernels/js.ts";
import type { Kernels } from "../src/kernels/kernels.ts";
import { type WasmKernels, wasmKernels } from "../src/kernels/wasm.ts";
import { kernelTable } from "./support/kernel-table.ts";
import { Inputs } from "./support/work.ts";

const names = Object.keys(kernelTable) as (keyof Kernels)[];
const ROWS = [0, 1, 7, 33];
const DIMS = [1, 3, 4, 8, 31, 32, 33, 64, 100];

test("every kernel has a row in the table", () => {
  expect([...names].sort()).toEqual(Object.keys(jsKernels).sort());
});

// Small shapes run on one thread whatever the pool; larger ones have the same bits on any number (below).
describe.each([
  ["wasm-simd", false],
  ["wasm-relaxed-simd", true],
])("%s", (_, relaxed) => {
  const made = wasmKernels({ heap: heap(), threads: 1, relaxed });
  afterAll(() => made.threads.close());

  test("is the set that was asked for", () => {
    expect(made.relaxed).toBe(relaxed);
  });

  test.each(names)("%s gives what jsKernels gives, on odd shapes", (name) => {
    for (const rows of ROWS) for (const dim of DIMS) compare(name, made.kernels, rows, dim, false);
  });

  test.each(names)("%s gives NaN and infinities where jsKernels does", (name) => {
    for (const rows of [1, 7])
      for (const dim of [3, 8, 33]) compare(name, made.kernels, rows, dim, true);
  });

  test.each(names)("%s gives what jsKernels gives on work that threads share", (name) => {
    compare(name, made.kernels, 101, 257, false);
  });

  test("spmmFromRows sums rows of more than 4096 entries that count", () => {
    const inputs = new Inputs(5);
    const columns = 10_000;
    const offsets = inputs.copy([0, 9000, 9000, 9001, 9001 + 8192]);
    const indices = inputs.copy(Array.from({ length: 9001 + 8192 }, (_, k) => (k * 7) % columns));
    const values = inputs.floats(indices.length);
    const a = { rows: 4, columns, offsets, indices, values };
    const position = inputs.positions(
      Array.from({ length: columns }, (_, j) => (j % 9 === 0 ? -1 : j)),
    );
    const x = inputs.floats(columns * 5);
    const [expected, y] = [inputs.output(20), inputs.output(20)];
    jsKernels.spmmFromRows(expected, a, x, 5, position);
    made.kernels.spmmFromRows(y, a, x, 5, position);
    for (let i = 0; i < 20; i++) expect(y[i]).toBeCloseTo(expected[i], 3);
    inputs.free();
  });

  test("scoreTopK takes vectors too long for its scratch memory", () => {
    const inputs = new Inputs(6);
    const dim = 10_007;
    const [queries, items] = [inputs.smallIntegers(2 * dim), inputs.smallIntegers(3 * dim)];
    const mask = inputs.lists(2, 3, 0);
    const outputs = () => [inputs.outputIds(4), inputs.output(4)] as const;
    const [expected, found] = [outputs(), outputs()];
    jsKernels.scoreTopK(...expected, queries, items, dim, mask, 2);
    made.kernels.scoreTopK(...found, queries, items, dim, mask, 2);
    expect(found).toEqual(expected);
    inputs.free();
  });

  test("scoreTopK fills its scratch memory to the brim with vectors of 10,000 numbers", () => {
    const inputs = new Inputs(7);
    const dim = 10_000;
    const [queries, items] = [inputs.smallIntegers(100 * dim), inputs.smallIntegers(20 * dim)];
    const mask = inputs.lists(100, 20, 5);
    const outputs = () => [inputs.outputIds(300), inputs.output(300)] as const;
    const [expected, found] = [outputs(), outputs()];
    jsKernels.scoreTopK(...expected, queries, items, dim, mask, 3);
    made.kernels.scoreTopK(...found, queries, items, dim, mask, 3);
    expect(found).toEqual(expected);
    inputs.free();
  });

  test("scoreTopK gives one query the bits that it has among others", () => {
    const inputs = new Inputs(8);
    for (const [columns, dim] of [
      [1, 1],
      [3, 4],
      [37, 101],
      [1001, 300],
    ]) {
      const [queries, items] = [inputs.floats(7 * dim), inputs.floats(columns * dim)];
      const mask = inputs.lists(7, columns, 3);
      const k = Math.min(columns, 9);
      const [ids, scores] = [inputs.outputIds(7 * k), inputs.output(7 * k)];
      made.kernels.scoreTopK(ids, scores, queries, items, dim, mask, k);
      for (let r = 0; r < 7; r++) {
        const [id, score] = [inputs.outputIds(k), inputs.output(k)];
        const own = mask.items.slice(mask.offsets[r], mask.offsets[r + 1]);
        const list = { offsets: inputs.copy([0, own.length]), items: inputs.copy([...own]) };
        const query = queries.subarray(r * dim, (r + 1) * dim);
        made.kernels.scoreTopK(id, score, query, items, dim, list, k);
        expect(id).toEqual(ids.slice(r * k, (r + 1) * k));
        expect(score).toEqual(scores.slice(r * k, (r + 1) * k));
      }
    }
    inputs.free();
  });

  test("arrays that do not lie on the heap are refused, not read as what lies at address 0", () => {
    const outside = new Float32Array(4);
    expect(() => made.kernels.scale(outside, 2, outside)).toThrow(
      "kernels: an array does not lie on the heap; copy it there with Tensor.from or HeapIndices",
    );
  });
});

describe("the order of top-k", () => {
  const made = wasmKernels({ heap: heap(), threads: 1, relaxed: true });
  afterAll(() => made.threads.close());

  test.each([
    ["js", jsKernels],
    ["wasm", made.kernels],
  ])(
    "%s: best first, of equal scores the lower item; masked and NaN never; then none",
    (_, kernels) => {
      const inputs = new Inputs(0);
      const scores = inputs.output(8);
      scores.set([1, 5, 9, 5, Number.NaN, 5, Number.NEGATIVE_INFINITY, 2]);
      const mask = { offsets: inputs.copy([0, 1]), items: inputs.copy([2]) };
      const [items, values] = [inputs.outputIds(7), inputs.output(7)];
      kernels.topK(items, values, scores, 8, mask, 7);
      const none = 0xffffffff;
      expect([...items]).toEqual([1, 3, 5, 7, 0, none, none]);
      const low = Number.NEGATIVE_INFINITY;
      expect([...values]).toEqual([5, 5, 5, 2, 1, low, low]);
      inputs.free();
    },
  );
});

describe.each([
  ["wasm-simd", false],
  ["wasm-relaxed-simd", true],
])("%s gives the same bits on 1, 2 and 3 threads", (_, relaxed) => {
  const sets = [1, 2, 3].map((threads) => wasmKernels({ heap: heap(), threads, relaxed }));
  const parts = sets.map(countParts);
  beforeAll(() => Promise.all(sets.map(({ threads }) => threads.ready())));
  afterAll(() => {
    for (const { threads } of sets) threads.close();
  });

  test.each(names)("in %s", (name) => {
    for (const most of parts) most.clear();
    const bits = sets.map(({ kernels }) => {
      const inputs = new Inputs(9);
      const works = kernelTable[name](inputs, 419, 311);
      const results = works.map((work) => {
        const result = work.run(kernels);
        return [
          result,
          ...work.changes.map((array) => createHash("sha1").update(array.slice()).digest("hex")),
        ];
      });
      inputs.free();
      return results;
    });
    expect(bits[1]).toEqual(bits[0]);
    expect(bits[2]).toEqual(bits[0]);
    if (
      !["sum", "sumOfSquares", "skipGram", "eges", "factorize", "userFactors", "ncf"].includes(name)
    )
      expect(parts.map((most) => Math.max(...most.values()))).toEqual([1, 2, 3]);
  });
});

/** Runs one kernel's works by both sets on equal inputs and compares all that they may change. */
function compare(
  name: keyof Kernels,
  kernels: Kernels,
  rows: number,
  dim: number,
  special: boolean,
) {
  const [reference, inputs] = [
    new Inputs(rows * 1000 + dim, special),
    new Inputs(rows * 1000 + dim, special),
  ];
  const expected = kernelTable[name](reference, rows, dim);
  const found = kernelTable[name](inputs, rows, dim);
  expected.forEach((work, w) => {
    const where = `${name} ${work.name} rows ${rows} dim ${dim}`;
    expectClose(
      [(found[w].run(kernels) as number) ?? 0],
      [(work.run(jsKernels) as number) ?? 0],
      where,
    );
    for (const [i, array] of work.changes.entries()) expectClose(found[w].changes[i], array, where);
  });
  reference.free();
  inputs.free();
}

/** Equal up to rounding: within 2e-5 of the larger of 1 and the number; NaN only where NaN, infinite only where infinite. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, where: string): void {
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i], expected[i]];
    const close = Object.is(a, b) || a === b || Math.abs(a - b) <= 2e-5 * Math.max(1, Math.abs(b));
    if (!close) throw new Error(`${where}: element ${i} is ${a}, expected ${b}`);
  }
}

/** Notes, for each kernel that is run, the most parts that it was split into. */
function countParts({ threads }: WasmKernels): Map<string, number> {
  const most = new Map<string, number>();
  const run = threads.run.bind(threads);
  threads.run = (name, cuts, ...args) => {
    most.set(name, Math.max(most.get(name) ?? 0, cuts.length - 1));
    run(name, cuts, ...args);
  };
  return most;
}
