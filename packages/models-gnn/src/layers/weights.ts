import { type Rng, Tensor, xavierUniform } from "@kith/core-tensors";

/** The tensors that a layer has learned, by name. */
export type Weights = Readonly<Record<string, Tensor>>;

/** Their shapes. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Fills a weight, which is zero, before training. */
export type Fill = (name: string, weight: Tensor, rng: Rng) => void;

/** Matrices by Glorot's rule; the others stay 0. */
export const glorot: Fill = (_, weight, rng) => {
  if (weight.shape.length === 2) xavierUniform(weight, rng);
};

/** Weights as they are before training; each has a stream of its own. */
export function drawnWeights(shapes: Shapes, rng: Rng, fill: Fill = glorot): Weights {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const weight = Tensor.parameter(shape);
      fill(name, weight, rng.fork(name));
      return [name, weight];
    }),
  );
}

/** The weights of all layers, as parameters are named. */
export function namedByLayer(layers: readonly Weights[]): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    layers.flatMap((weights, n) =>
      Object.entries(weights).map(([name, weight]) => [`layers.${n}.${name}`, weight]),
    ),
  );
}
