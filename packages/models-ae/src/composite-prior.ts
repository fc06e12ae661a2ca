import { add, exp, multiply, scale, softplus, subtract, Tensor } from "@kith/core-tensors";
import type { Encoded } from "./multinomial-network.ts";

/** Shares of the standard normal distribution, of the posterior of the epoch before, and of a wide normal distribution. */
const SHARES = [3 / 20, 3 / 4, 1 / 10] as const;
const WIDE = 10;

/**
 * ln q(z) − ln p(z) of each number of z [rows, latent], with q the normal distribution of the encoder, and p a mixture of N(0, 1), that of the encoder before, and N(0, e¹⁰),
 * number by number (Shenbin et al., equation 4). The constant that all densities share is left out.
 */
export function divergenceFromComposite(z: Tensor, now: Encoded, before: Encoded): Tensor {
  const zero = Tensor.zeros(z.shape);
  const wide = filled(z.shape, WIDE);
  const densities = [
    logDensity(z, { mean: zero, logVariance: zero }),
    logDensity(z, before),
    logDensity(z, { mean: zero, logVariance: wide }),
  ].map((density, n) => add(density, filled(z.shape, Math.log(SHARES[n]))));
  return subtract(logDensity(z, now), densities.reduce(logOfSum));
}

/** ln N(z; μ, σ²) + ½ ln 2π. */
function logDensity(z: Tensor, { mean, logVariance }: Encoded): Tensor {
  const variance = logVariance as Tensor;
  const off = subtract(z, mean);
  const squares = multiply(multiply(off, off), exp(scale(variance, -1)));
  return scale(add(variance, squares), -0.5);
}

/** ln(eᵃ + eᵇ), without overflow. */
function logOfSum(a: Tensor, b: Tensor): Tensor {
  return add(a, softplus(subtract(b, a)));
}

function filled(shape: readonly number[], value: number): Tensor {
  const tensor = Tensor.empty(shape);
  tensor.data.fill(value);
  return tensor;
}
