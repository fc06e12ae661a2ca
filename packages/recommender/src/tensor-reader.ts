import { FormatError } from "@kith/core-tensors";
import type { Elements, StoredTensor } from "./safetensors.ts";

/** Takes tensors out of a model file by name, refusing other types and shapes than expected. */
export class TensorReader {
  readonly #model: string;
  readonly #tensors: Readonly<Record<string, StoredTensor>>;

  constructor(model: string, tensors: Readonly<Record<string, StoredTensor>>) {
    this.#model = model;
    this.#tensors = tensors;
  }

  /** Whether the file has a tensor of this name. */
  has(name: string): boolean {
    return Object.hasOwn(this.#tensors, name);
  }

  /**
   * @param shape dimensions expected; −1 for any
   * @throws FormatError naming the tensor, what was expected and what came
   */
  float32(
    name: string,
    shape: readonly number[],
  ): StoredTensor & { readonly data: Float32Array<ArrayBuffer> } {
    return this.#take(name, "Float32Array", shape) as StoredTensor & {
      readonly data: Float32Array<ArrayBuffer>;
    };
  }

  /** The same, refusing infinities and NaN. */
  finite(
    name: string,
    shape: readonly number[],
  ): StoredTensor & { readonly data: Float32Array<ArrayBuffer> } {
    const tensor = this.float32(name, shape);
    if (!tensor.data.every(Number.isFinite))
      throw new FormatError(`${this.#model}.load: tensor "${name}" must be of finite numbers`);
    return tensor;
  }

  uint32(name: string, shape: readonly number[]): Uint32Array<ArrayBuffer> {
    return this.#take(name, "Uint32Array", shape).data as Uint32Array<ArrayBuffer>;
  }

  /** What a tensor of bytes says as JSON. */
  json(name: string): unknown {
    const { data } = this.#take(name, "Uint8Array", [-1]);
    try {
      return JSON.parse(new TextDecoder().decode(data as Uint8Array));
    } catch {
      throw new FormatError(`${this.#model}.load: tensor "${name}" is not JSON`);
    }
  }

  #take(
    name: string,
    type: string,
    shape: readonly number[],
  ): { shape: readonly number[]; data: Elements } {
    const tensor = Object.hasOwn(this.#tensors, name) ? this.#tensors[name] : undefined;
    if (!tensor) throw new FormatError(`${this.#model}.load: the file has no tensor "${name}"`);
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((n, axis) => n < 0 || n === tensor.shape[axis]);
    const got = Object.prototype.toString.call(tensor.data).slice(8, -1);
    if (!fits || got !== type)
      throw new FormatError(
        `${this.#model}.load: tensor "${name}" must be a ${type} of shape [${shape.map((n) => (n < 0 ? "any" : n)).join(", ")}], got a ${got} of [${tensor.shape.join(", ")}]`,
      );
    return tensor;
  }
}
