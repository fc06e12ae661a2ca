import {
  addBias,
  columns,
  normal,
  propagate,
  type Rng,
  type SparseMatrix,
  type Tensor,
  tanh,
  xavierUniform,
} from "@kith/core-tensors";
import { Autoencoder } from "./autoencoder.ts";
import { dense, layerShapes, tanhLayers } from "./dense-layers.ts";

/** The widths of a network, from the items to the latent representation; it goes back the same way. */
export interface Widths {
  readonly hidden: readonly number[];
  readonly latent: number;
  /** Whether the encoder gives the mean and the logarithm of the variance of a normal distribution instead of numbers. */
  readonly variational: boolean;
}

/** What the encoder gives. */
export interface Encoded {
  /** [rows, latent] */
  readonly mean: Tensor;
  /** [rows, latent], where it is variational. */
  readonly logVariance?: Tensor | undefined;
}

/** The standard deviation of biases at first (the authors' truncated normal). */
const BIAS = 0.001;

/** The network of Mult-VAE and Mult-DAE: dense layers with tanh from the items down to the latent representation, and back. */
export class MultinomialNetwork extends Autoencoder {
  readonly #widths: Widths;

  /** Zero parameters. */
  constructor(widths: Widths, items: number) {
    super(MultinomialNetwork.shapes(widths, items));
    this.#widths = widths;
  }

  /** The shapes of the parameters by name. */
  static shapes(
    { hidden, latent, variational }: Widths,
    items: number,
  ): Readonly<Record<string, readonly number[]>> {
    const back = [latent, ...hidden.toReversed()];
    return {
      ...layerShapes("encoder", [items, ...hidden, variational ? 2 * latent : latent]),
      ...layerShapes("decoder", back),
      "items.output": [items, back[back.length - 1]],
      "items.bias": [items],
    };
  }

  /** Weights by Glorot's rule, biases from N(0, 0.001²). */
  initialize(rng: Rng): void {
    for (const [name, parameter] of Object.entries(this.parameters)) {
      const stream = rng.fork(name);
      if (parameter.shape.length === 2) xavierUniform(parameter, stream);
      else normal(parameter, stream, BIAS);
    }
  }

  /** The matrices, on which a penalty may be. */
  get weights(): readonly Tensor[] {
    return Object.values(this.parameters).filter(({ shape }) => shape.length === 2);
  }

  /** Mean and variance of the latent representations of histories [rows, items]; of a history without items those that the biases give. */
  distribution(histories: SparseMatrix): Encoded {
    const p = this.parameters;
    const { hidden, latent, variational } = this.#widths;
    const last = hidden.length;
    let h = addBias(propagate(histories, p["encoder.0.weight"]), p["encoder.0.bias"]);
    for (let n = 1; n <= last; n++) h = dense(p, `encoder.${n}`, tanh(h));
    if (!variational) return { mean: tanh(h) };
    return { mean: columns(h, 0, latent), logVariance: columns(h, latent, 2 * latent) };
  }

  encode(histories: SparseMatrix): Tensor {
    return this.distribution(histories).mean;
  }

  decode(latent: Tensor): Tensor {
    return tanhLayers(this.parameters, "decoder", this.#widths.hidden.length, latent);
  }
}
