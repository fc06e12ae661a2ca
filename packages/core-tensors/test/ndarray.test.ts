import { runInNewContext } from "node:vm";
import ndarray from "ndarray";
import { heap } from "../src/heap.ts";
import { fromNdarray, toNdarray } from "../src/ndarray.ts";
import { scope } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

const six = () => Float32Array.from([1, 2, 3, 4, 5, 6]);

test("toNdarray views the tensor's memory", () => {
  scope(() => {
    const x = Tensor.from(six(), [2, 3]);
    const view = toNdarray(x);
    view.set(1, 2, 60);
    x.data[0] = 10;
    expect([view.shape, view.get(0, 0), x.data[5]]).toEqual([[2, 3], 10, 60]);
    expect(view.data.buffer).toBe(heap().memory.buffer);
  });
});

test.each([
  ["contiguous", ndarray(six(), [2, 3]), [1, 2, 3, 4, 5, 6]],
  ["transposed", ndarray(six(), [2, 3]).transpose(1, 0), [1, 4, 2, 5, 3, 6]],
  ["strided", ndarray(six(), [3], [2]), [1, 3, 5]],
  ["with an offset", ndarray(six(), [2, 3]).lo(1, 1), [5, 6]],
  ["with negative strides", ndarray(six(), [2, 3]).step(-1, -1), [6, 5, 4, 3, 2, 1]],
  ["broadcast by stride 0", ndarray(six(), [2, 2], [0, 1], 4), [5, 6, 5, 6]],
  ["of float64", ndarray(new Float64Array([0.5, 2])), [0.5, 2]],
  ["of bytes", ndarray(Uint8Array.from([255, 0])), [255, 0]],
  ["of a plain array", ndarray([7, 8]), [7, 8]],
  ["of three axes", ndarray(six(), [1, 3, 2]).transpose(2, 0, 1), [1, 3, 5, 2, 4, 6]],
  ["a scalar", ndarray(six(), [], [], 3), [4]],
  ["empty", ndarray(six(), [0, 3]), []],
  [
    "of another realm",
    runInNewContext("({ data: Float32Array.of(1, 2, 3), shape: [3], stride: [1], offset: 0 })"),
    [1, 2, 3],
  ],
])("fromNdarray copies an array that is %s", (_, array, values) => {
  scope(() => {
    const tensor = fromNdarray(array);
    expect([[...tensor.shape], [...tensor.data]]).toEqual([[...array.shape], values]);
    if (tensor.size > 0) {
      tensor.data[0] = -1;
      expect(array.data[0]).not.toBe(-1);
    }
  });
});

test("fromNdarray takes heap memory as it is when it is contiguous, and copies other layouts of it", () => {
  const x = Tensor.from(six(), [3, 2]);
  const rows = fromNdarray(toNdarray(x).lo(1, 0));
  rows.data[0] = 30;
  expect([rows.shape, x.data[2]]).toEqual([[2, 2], 30]);
  rows.dispose();
  expect(x.data[2]).toBe(30); // still the first owner's
  scope(() => {
    const turned = fromNdarray(toNdarray(x).transpose(1, 0));
    turned.data[0] = -1;
    expect([...x.data]).toEqual([1, 2, 30, 4, 5, 6]);
  });
  x.dispose();
});

test.each([
  [
    "beyond its data",
    { shape: [7], stride: [1], offset: 0 },
    "fromNdarray: expected elements within its data of 6, got [0, 6]",
  ],
  [
    "before its data",
    { shape: [2, 3], stride: [-3, 1], offset: 0 },
    "fromNdarray: expected elements within its data of 6, got [-3, 2]",
  ],
  [
    "at a negative offset",
    { shape: [1], stride: [1], offset: -1 },
    "fromNdarray: expected elements within its data of 6, got [-1, -1]",
  ],
  [
    "without an offset",
    { shape: [1], stride: [1], offset: Number.NaN },
    "fromNdarray: expected whole numbers: a stride for each of shape [1], got [1, NaN]",
  ],
  [
    "with a stride missing",
    { shape: [1, 2], stride: [1], offset: 0 },
    "fromNdarray: expected whole numbers: a stride for each of shape [1, 2], got [1, 0]",
  ],
  [
    "of a negative shape",
    { shape: [-1], stride: [1], offset: 0 },
    "fromNdarray: expected whole numbers: a stride for each of shape [-1], got [1, 0]",
  ],
])("an ndarray that reaches %s is refused", (_, layout, message) => {
  expect(() => fromNdarray({ data: six(), ...layout })).toThrow(message);
});
