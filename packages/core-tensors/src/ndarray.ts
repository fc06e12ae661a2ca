import ndarray, { type NdArray } from "ndarray";
import { ShapeError } from "./errors.ts";
import { heap } from "./heap.ts";
import { sizeOf, Tensor } from "./tensor.ts";

/** What is read of an ndarray: any element type, strides and offset. */
export interface NdArrayLike {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** An ndarray that views a tensor's memory: no copy, so do not keep it beyond the tensor. */
export function toNdarray(tensor: Tensor): NdArray<Float32Array> {
  return ndarray(tensor.data, [...tensor.shape]);
}

/**
 * A tensor with the elements of an ndarray of any layout and element type. Copies, unless the ndarray lies contiguously on the heap
 * already (as `toNdarray` makes it): then the tensor views the same memory, which stays its first owner's to free.
 * @throws ShapeError when the ndarray reaches beyond its data
 */
export function fromNdarray(array: NdArrayLike): Tensor {
  const { data, shape, stride, offset } = array;
  if (
    stride.length !== shape.length ||
    ![...shape, ...stride, offset].every(Number.isInteger) ||
    shape.some((n) => n < 0)
  )
    throw new ShapeError(
      "fromNdarray",
      `whole numbers: a stride for each of shape [${shape.join(", ")}]`,
      [...stride, offset],
    );
  const size = sizeOf(shape);
  const reach = shape.map((n, axis) => (n - 1) * stride[axis]);
  const last = size === 0 ? -1 : reach.reduce((sum, step) => sum + Math.max(0, step), offset);
  const first = size === 0 ? 0 : reach.reduce((sum, step) => sum + Math.min(0, step), offset);
  if (first < 0 || last >= data.length)
    throw new ShapeError("fromNdarray", `elements within its data of ${data.length}`, [
      first,
      last,
    ]);

  if (size > 0 && isContiguous(array) && isFloat32(data) && heap().holds(data))
    return Tensor.over(shape, data.byteOffset + offset * 4);
  const tensor = Tensor.empty(shape);
  const out = tensor.data;
  const index = shape.map(() => 0);
  for (let i = 0, at = offset; i < size; i++) {
    out[i] = data[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis];
      if (++index[axis] < shape[axis]) break;
      at -= stride[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return tensor;
}

function isContiguous({ shape, stride }: NdArrayLike): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}

/** Not instanceof, which fails for arrays of another realm. */
function isFloat32(data: ArrayLike<number>): data is Float32Array {
  return (
    ArrayBuffer.isView(data) && Object.prototype.toString.call(data) === "[object Float32Array]"
  );
}
