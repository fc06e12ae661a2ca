import { MemoryError } from "../src/errors.ts";
import { Heap, heap, requireMemory } from "../src/heap.ts";
import { HeapIndices } from "../src/heap-indices.ts";
import { Rng } from "../src/rng.ts";

test("a random sequence of allocations never overlaps, stays aligned, keeps its contents and comes back whole", () => {
  const own = new Heap();
  const rng = new Rng(1);
  const live = new Map<number, { bytes: number; mark: number }>();
  let top = 0;
  for (let step = 0; step < 5000; step++) {
    if (live.size > 0 && rng.next() < 0.48) {
      const at = [...live.keys()][rng.below(live.size)];
      const { bytes, mark } = live.get(at)!;
      const view = own.uint32(at, Math.floor(bytes / 4));
      expect(view.every((word) => word === mark)).toBe(true);
      own.free(at);
      live.delete(at);
    } else {
      const bytes = rng.below(10) === 0 ? rng.below(100_000) : rng.below(700);
      const at = own.allocate(bytes);
      expect(at % 64).toBe(0);
      expect(at).toBeGreaterThanOrEqual(65536);
      top = Math.max(top, at + bytes);
      own.uint32(at, Math.floor(bytes / 4)).fill(step);
      live.set(at, { bytes, mark: step });
    }
  }
  const blocks = [...live].sort(([a], [b]) => a - b);
  for (let i = 1; i < blocks.length; i++)
    expect(blocks[i - 1][0] + blocks[i - 1][1].bytes).toBeLessThanOrEqual(blocks[i][0]);
  for (const at of rng.shuffle([...live.keys()])) own.free(at);
  expect(own.allocated).toBe(0);
  expect(own.peak).toBeGreaterThan(0);
  const all = own.allocate(top - 65536); // one free block again, from the start
  expect(all).toBe(65536);
});

test("freed neighbours become one block, in whatever order they are freed", () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
  ]) {
    const own = new Heap();
    const blocks = [own.allocate(64), own.allocate(64), own.allocate(64)];
    const fence = own.allocate(64);
    for (const block of order) own.free(blocks[block]);
    expect(own.allocate(192)).toBe(blocks[0]);
    expect(own.allocate(64)).toBe(fence + 64);
  }
});

test("freeing twice, or what was never allocated, changes nothing", () => {
  const own = new Heap();
  const at = own.allocate(100);
  own.free(at);
  own.free(at);
  own.free(12345);
  expect(own.allocated).toBe(0);
  expect([own.allocate(100), own.allocate(100)]).toEqual([at, at + 128]);
});

test("growth keeps what is there", () => {
  const own = new Heap();
  const at = own.allocate(400);
  own.float32(at, 100).fill(7);
  own.allocate(20_000_000);
  expect(own.float32(at, 100).every((x) => x === 7)).toBe(true);
});

test("asking for 8 GiB is refused, with what was asked for, is in use and can be had, and allocates nothing", () => {
  const { limit } = heap();
  const taken = heap().allocate(3 * 2 ** 20);
  const [allocated, bytes] = [heap().allocated, heap().memory.buffer.byteLength];
  const used = Math.ceil(allocated / 2 ** 20);
  expect(() => heap().allocate(2 ** 33)).toThrow(MemoryError);
  expect(() => heap().allocate(2 ** 33)).toThrow(
    `heap: 8,192 MiB do not fit: ${used} MiB are in use and the limit is ${(limit / 2 ** 20).toLocaleString("en-US")} MiB; dispose() of models and tensors no longer needed, or make the model smaller`,
  );
  expect([heap().allocated, heap().memory.buffer.byteLength]).toEqual([allocated, bytes]);
  heap().free(taken);
});

test("requireMemory refuses what cannot fit and says for what", () => {
  expect(() => requireMemory("a table", 1000)).not.toThrow();
  expect(() => requireMemory("a table", 2 ** 33)).toThrow(MemoryError);
  expect(() => requireMemory("a table of 2 G", 2 ** 33)).toThrow(
    /^a table of 2 G needs about 8,192 MiB, and [\d,]+ MiB of the heap's [\d,]+ MiB are free; make the model or the data smaller$/,
  );
  expect(() => requireMemory("a table", Number.NaN)).toThrow(MemoryError);
});

test("heap indices hold a copy, and free it once", () => {
  const before = heap().allocated;
  const indices = new HeapIndices(Uint32Array.from([3, 1]));
  expect([...indices.data]).toEqual([3, 1]);
  indices.dispose();
  const other = new HeapIndices(2);
  indices.dispose();
  expect(heap().allocated).toBe(before + 64);
  expect(() => indices.data).toThrow("heap indices: they were disposed of");
  other.dispose();
  expect(heap().allocated).toBe(before);
});
