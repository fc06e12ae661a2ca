import {
  addAll,
  addBias,
  columns,
  layerNorm,
  matmul,
  multiply,
  propagate,
  type Rng,
  type SparseMatrix,
  sigmoid,
  type Tensor,
  uniform,
} from "@kith/core-tensors";
import { Autoencoder } from "./autoencoder.ts";
import { layerShapes } from "./dense-layers.ts";
import type { Encoded } from "./multinomial-network.ts";

export interface RecVAEWidths {
  readonly hidden: number;
  readonly latent: number;
}

type Parameters = Readonly<Record<string, Tensor>>;

const LAYERS = 5;
/** Added to the variance in the encoder's layer normalisation, as large as the authors have it. */
const EPSILON = 0.1;

/** The network of RecVAE: five dense layers, each fed by all before it, to a normal distribution; and one layer back. */
export class RecVAENetwork extends Autoencoder {
  readonly #widths: RecVAEWidths;

  /** Zero parameters. */
  constructor(widths: RecVAEWidths, items: number) {
    super(RecVAENetwork.shapes(widths, items));
    this.#widths = widths;
  }

  /** The shapes of the parameters by name. */
  static shapes(
    { hidden, latent }: RecVAEWidths,
    items: number,
  ): Readonly<Record<string, readonly number[]>> {
    return {
      ...encoderShapes({ hidden, latent }, items),
      "items.output": [items, latent],
      "items.bias": [items],
    };
  }

  /** U(±1 / √inputs), of matrices and biases alike, as PyTorch's linear layers have it. */
  initialize(rng: Rng): void {
    initializeEncoder(this.parameters, rng);
    const bound = 1 / Math.sqrt(this.#widths.latent);
    for (const name of ["items.output", "items.bias"])
      uniform(this.parameters[name], rng.fork(name), -bound, bound);
  }

  /** The parameters that belong to the encoder, by name. */
  get encoder(): Parameters {
    return Object.fromEntries(
      Object.entries(this.parameters).filter(([name]) => name.startsWith("encoder.")),
    );
  }

  encode(histories: SparseMatrix): Tensor {
    return posterior(this.parameters, histories, this.#widths.latent).mean;
  }

  decode(latent: Tensor): Tensor {
    return latent;
  }
}

/** The shapes of an encoder's parameters. */
export function encoderShapes(
  { hidden, latent }: RecVAEWidths,
  items: number,
): Readonly<Record<string, readonly number[]>> {
  const widths = [items, ...new Array<number>(LAYERS).fill(hidden)];
  const norms = Array.from({ length: LAYERS }, (_, n) => [
    [`encoder.${n}.gain`, [hidden]],
    [`encoder.${n}.shift`, [hidden]],
  ]).flat();
  return {
    ...layerShapes("encoder", widths),
    ...Object.fromEntries(norms),
    "encoder.last.weight": [hidden, 2 * latent],
    "encoder.last.bias": [2 * latent],
  };
}

/** Draws an encoder's matrices and biases; its gains are 1 and its shifts 0. */
export function initializeEncoder(parameters: Parameters, rng: Rng): void {
  for (const layer of [...Array.from({ length: LAYERS }, (_, n) => String(n)), "last"]) {
    const weight = parameters[`encoder.${layer}.weight`];
    const bound = 1 / Math.sqrt(weight.rows);
    for (const [name, tensor] of [
      ["weight", weight],
      ["bias", parameters[`encoder.${layer}.bias`]],
    ] as const)
      uniform(tensor, rng.fork(`${layer}.${name}`), -bound, bound);
    parameters[`encoder.${layer}.gain`]?.data.fill(1);
  }
}

/** Mean and logarithm of the variance [rows, latent] of the latent representations of histories, by an encoder's parameters. */
export function posterior(p: Parameters, histories: SparseMatrix, latent: number): Encoded {
  const before: Tensor[] = [];
  for (let n = 0; n < LAYERS; n++) {
    const weight = p[`encoder.${n}.weight`];
    const product = n === 0 ? propagate(histories, weight) : matmul(before[n - 1], weight);
    const sums = addBias(product, p[`encoder.${n}.bias`]);
    const x = before.length === 0 ? sums : addAll([sums, ...before]);
    const swish = multiply(x, sigmoid(x));
    before.push(layerNorm(swish, p[`encoder.${n}.gain`], p[`encoder.${n}.shift`], EPSILON));
  }
  const last = addBias(
    matmul(before[LAYERS - 1], p["encoder.last.weight"]),
    p["encoder.last.bias"],
  );
  return { mean: columns(last, 0, latent), logVariance: columns(last, latent, 2 * latent) };
}
