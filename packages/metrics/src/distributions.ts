import { MetricError } from "./errors.ts";

/** P(|T| ≥ |t|) for Student's t with `df` degrees of freedom: I_x(df/2, 1/2) at x = df / (df + t²). */
export function studentTwoSided(t: number, df: number): number {
  const square = t * t;
  return regularizedBeta(df / (df + square), square / (df + square), df / 2, 0.5);
}

/** P(|Z| ≥ |z|) for the standard normal. */
export function normalTwoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  return x < 2 ? 1 - erfSeries(x) : erfcFraction(x);
}

/** erf(x) = 2/√π · e^(−x²) · Σ_n 2ⁿ x^(2n+1) / (2n+1)!!, whose terms are all positive (Abramowitz and Stegun 7.1.6). */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) = e^(−x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), read from the far end (7.1.14). */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

/** I_x(a, b), given y = 1 − x as well so that neither end loses digits. */
function regularizedBeta(x: number, y: number, a: number, b: number): number {
  if (x === 0) return 0;
  if (y === 0) return 1;
  // The fraction converges fast on this side only; the symmetry I_x(a, b) = 1 − I_y(b, a) gives the other.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(y, x, b, a);
  return betaBelow(x, y, a, b);
}

function betaBelow(x: number, y: number, a: number, b: number): number {
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y);
  return (Math.exp(logFront) * betaFraction(x, a, b)) / a;
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 4 * Number.EPSILON) return value;
  }
  throw new MetricError(`incomplete beta: no convergence at x = ${x}, a = ${a}, b = ${b}`);
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(z) for z ≥ ½ (Lanczos 1964, g = 7, nine terms). */
function logGamma(z: number): number {
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (z - 1 + i);
  const t = z + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}
