import type { Rng } from "./rng.ts";
import type { Tensor } from "./tensor.ts";

/** Fills with draws from N(mean, std²) and returns the tensor. */
export function normal(tensor: Tensor, rng: Rng, std = 1, mean = 0): Tensor {
  const { data } = tensor;
  // Both numbers of each Box–Muller pair are used.
  for (let i = 0; i < data.length; i += 2) {
    const radius = std * Math.sqrt(-2 * Math.log((rng.uint32() + 1) / 2 ** 32));
    const angle = 2 * Math.PI * rng.next();
    data[i] = mean + radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] = mean + radius * Math.sin(angle);
  }
  return tensor;
}

/** Fills with draws from U(low, high) and returns the tensor. */
export function uniform(tensor: Tensor, rng: Rng, low: number, high: number): Tensor {
  const { data } = tensor;
  for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * rng.next();
  return tensor;
}

/** U(±√(6 / (fan in + fan out))) of a matrix [in, out] (Glorot & Bengio, AISTATS 2010). */
export function xavierUniform(tensor: Tensor, rng: Rng): Tensor {
  const bound = Math.sqrt(6 / (tensor.rows + tensor.columns));
  return uniform(tensor, rng, -bound, bound);
}
