import { kernels } from "../src/backend.ts";
import { KithError } from "../src/errors.ts";
import { heap } from "../src/heap.ts";
import { matmul } from "../src/ops/matmul.ts";
import { sumOfSquares } from "../src/ops/reduce.ts";
import { Adam } from "../src/optim/adam.ts";
import { scope, trimArena } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

const ENDED =
  "tensor: the scope that it was made in has ended; return tensor.keep() from the scope to use it later";
const DISPOSED = "tensor: it was disposed of; copy what you need before dispose()";

test("a tensor has a shape, rows, columns and row-major data", () => {
  scope(() => {
    const x = Tensor.from([1, 2, 3, 4, 5, 6], [2, 3]);
    expect([x.shape, x.size, x.rows, x.columns, [...x.data]]).toEqual([
      [2, 3],
      6,
      2,
      3,
      [1, 2, 3, 4, 5, 6],
    ]);
    const scalar = Tensor.from([7], []);
    expect([scalar.size, scalar.rows, scalar.columns, scalar.item()]).toEqual([1, 1, 1, 7]);
    const none = Tensor.zeros([0, 3]);
    expect([none.size, none.rows, none.columns]).toEqual([0, 0, 3]);
    const cube = Tensor.zeros([2, 3, 4]);
    expect([cube.rows, cube.columns]).toEqual([2, 12]);
  });
});

test("shapes that are none, wrong counts and items of many are refused", () => {
  for (const shape of [[-1], [1.5], [Number.NaN], [2, Number.POSITIVE_INFINITY]])
    expect(() => Tensor.zeros(shape)).toThrow(
      `tensor: expected dimensions that are whole numbers, got [${shape.join(", ")}]`,
    );
  expect(() => Tensor.from([1, 2, 3], [2, 2])).toThrow(
    "Tensor.from: expected 4 values for shape [2, 2], got [3]",
  );
  scope(() =>
    expect(() => Tensor.zeros([2]).item()).toThrow("item: expected one element, got [2]"),
  );
});

test("changing the array that was given as a shape does not change the tensor", () => {
  scope(() => {
    const shape = [2, 3];
    const x = Tensor.zeros(shape);
    shape[0] = 99;
    expect(x.shape).toEqual([2, 3]);
  });
});

test("a slice is rows of the same memory, and is gone with its tensor", () => {
  const x = Tensor.from([1, 2, 3, 4, 5, 6], [3, 2]);
  const middle = x.slice(1, 2);
  middle.data[0] = 9;
  expect([middle.shape, [...x.data], x.slice(3, 3).size]).toEqual([[1, 2], [1, 2, 9, 4, 5, 6], 0]);
  for (const [begin, end] of [
    [-1, 1],
    [2, 1],
    [0, 4],
    [0.5, 1],
  ])
    expect(() => x.slice(begin, end)).toThrow(
      `slice: expected rows within 0 … 3, got [${begin}, ${end}]`,
    );
  x.dispose();
  expect(() => middle.data).toThrow(DISPOSED);
});

test("a tensor dies at the end of its scope; kept ones and parameters live", () => {
  const before = heap().allocated;
  const [dead, kept, parameter] = scope(() => {
    const x = Tensor.from([1, 2]);
    return [x, x.keep(), Tensor.parameter([2])];
  });
  expect(() => dead.data).toThrow(KithError);
  expect(() => dead.data).toThrow(ENDED);
  expect([[...kept.data], [...parameter.data]]).toEqual([
    [1, 2],
    [0, 0],
  ]);
  kept.dispose();
  parameter.dispose();
  parameter.dispose();
  expect(() => kept.data).toThrow(DISPOSED);
  trimArena();
  expect(heap().allocated).toBeLessThanOrEqual(before);
});

test("scopes nest: the inner one's tensors end first, and their memory is used again", () => {
  scope(() => {
    const outer = Tensor.from([1]);
    const inner = scope(() => Tensor.from([2]));
    const next = Tensor.from([3]);
    expect(() => inner.data).toThrow(ENDED);
    expect([outer.item(), next.item()]).toEqual([1, 3]);
  });
});

test("an exception ends the scope like any other way out", () => {
  let inside: Tensor | undefined;
  expect(() =>
    scope(() => {
      inside = Tensor.from([1]);
      throw new Error("mine");
    }),
  ).toThrow("mine");
  expect(() => inside?.data).toThrow(ENDED);
  const outside = Tensor.from([5]); // made outside again
  scope(() => Tensor.from([6]));
  expect(outside.item()).toBe(5);
  outside.dispose();
});

test("an asynchronous body is refused, also one that fails later", () => {
  const message =
    "scope: the body must not be asynchronous, because what it makes is freed when it returns";
  expect(() => scope(async () => 1)).toThrow(message);
  expect(() => scope(() => Promise.reject(new Error("later")))).toThrow(message);
});

test("memory is flat over steps whose tensors differ in size", () => {
  const step = (n: number) =>
    scope(() => {
      // Larger than any chunk that the arena takes by itself, and in another order of sizes each time.
      for (let k = 0; k < 4; k++) Tensor.zeros([18_000_000 + ((n * 7 + k * 5) % 11) * 100_000]);
    });
  step(0);
  step(1);
  const before = heap().allocated;
  for (let n = 2; n < 40; n++) step(n);
  expect(heap().allocated).toBeLessThanOrEqual(1.2 * before);
  trimArena();
});

test("memory is flat over a thousand steps, and large results do not stay in the arena for ever", () => {
  kernels(); // the backend takes its own memory once
  trimArena();
  const before = heap().allocated;
  const sizes = [0, 500, 1000].map((_, round) => {
    for (let step = 0; step < 500; step++)
      scope(() => {
        const a = Tensor.zeros([30 + (step % 7), 40]);
        scope(() => matmul(a, a, { transposeA: true }));
        return matmul(a, a, { transposeB: true }).data[0];
      });
    return [round, heap().allocated][1];
  });
  expect(new Set(sizes).size).toBe(1);
  scope(() => Tensor.zeros([50_000_000]));
  trimArena();
  expect(heap().allocated).toBe(before);
});

test("training a hundred models in turn leaves the heap where it was", () => {
  const train = () => {
    const table = Tensor.parameter([50, 8]);
    const adam = new Adam([table]);
    for (let step = 0; step < 5; step++) adam.minimize(() => sumOfSquares(table));
    adam.dispose();
    table.dispose();
  };
  train();
  const { allocated } = heap();
  const bytes = heap().memory.buffer.byteLength;
  for (let model = 0; model < 100; model++) train();
  expect([heap().allocated, heap().memory.buffer.byteLength]).toEqual([allocated, bytes]);
});
