import { normal, type Rng, type Tensor, uniform } from "@kith/core-tensors";
import type { NcfShape } from "./ncf-options.ts";

/** A matrix among the numbers of a network, where it begins and its shape. */
interface Place {
  readonly at: number;
  readonly shape: readonly number[];
}

/** Where everything of a network stands in one array, as the kernel `ncf` has it. */
export class NcfParts {
  readonly shape: NcfShape;
  /** Numbers of a row. */
  readonly width: number;
  /** By the names that they have in model files. */
  readonly places: Readonly<Record<string, Place>>;
  /** Where the output's weights and its two biases begin. */
  readonly output: number;
  readonly bias: number;

  constructor(shape: NcfShape) {
    const { users, items, dim, layers } = shape;
    this.shape = shape;
    this.width = dim + (layers[0] ?? 0) / 2;
    const places: Record<string, Place> = {};
    let at = 0;
    const put = (name: string, ...sizes: number[]): void => {
      places[name] = { at, shape: sizes };
      at += sizes.reduce((product, size) => product * size, 1);
    };
    put("users.embedding", users, this.width);
    put("items.embedding", items, this.width);
    for (let n = 1; n < layers.length; n++) {
      put(`layers.${n}.weight`, layers[n - 1], layers[n]);
      put(`layers.${n}.bias`, layers[n]);
    }
    this.output = at;
    put("output.weight", dim + (layers.at(-1) ?? 0));
    this.bias = at;
    put("output.bias", 1);
    this.places = places;
  }

  /** The numbers of a part: a view. */
  of(theta: Tensor, name: string): Float32Array {
    const { at, shape } = this.places[name];
    return theta.data.subarray(at, at + shape.reduce((product, size) => product * size, 1));
  }

  /** As before training: embeddings from N(0, 0.01²), matrices by Glorot's rule, the output by LeCun's, U(±√(3 / inputs)), biases 0. */
  start(theta: Tensor, rng: Rng): void {
    const fill = (name: string, draw: (tensor: Tensor, rng: Rng) => unknown): void => {
      const { at, shape } = this.places[name];
      const [rows, columns = 1] = shape;
      draw(theta.slice(at, at + rows * columns), rng.fork(name));
    };
    for (const side of ["users.embedding", "items.embedding"])
      fill(side, (tensor, own) => normal(tensor, own, 0.01));
    const { dim, layers } = this.shape;
    for (let n = 1; n < layers.length; n++) {
      const bound = Math.sqrt(6 / (layers[n - 1] + layers[n]));
      fill(`layers.${n}.weight`, (tensor, own) => uniform(tensor, own, -bound, bound));
    }
    const inputs = dim + (layers.at(-1) ?? 0);
    const bound = Math.sqrt(3 / inputs);
    fill("output.weight", (tensor, own) => uniform(tensor, own, -bound, bound));
  }

  /** Makes one network of two that were learned by themselves: the output is α times the first one's and 1 − α times the other's, biases as well. */
  fuse(theta: Tensor, alpha: number): void {
    const { data } = theta;
    const { output, bias } = this;
    for (let n = output; n < bias; n++) data[n] *= n < output + this.shape.dim ? alpha : 1 - alpha;
    data[bias] = alpha * data[bias] + (1 - alpha) * data[bias + 1];
    data[bias + 1] = 0;
  }
}
