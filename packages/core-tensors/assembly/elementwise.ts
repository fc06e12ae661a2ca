// One number in, one number out; begin … end count floats.
import { exp1, exp4, expNegative4, fma } from "./simd";

/** y = α a + β b. */
export function combine(begin: usize, end: usize, scratch: usize, alpha: f32, a: usize, beta: f32, b: usize, y: usize): void {
  const f = f32x4.splat(alpha), g = f32x4.splat(beta);
  let o = begin << 2;
  const e = end << 2;
  for (; o + 16 <= e; o += 16) v128.store(y + o, f32x4.add(f32x4.mul(f, v128.load(a + o)), f32x4.mul(g, v128.load(b + o))));
  for (; o < e; o += 4) f32.store(y + o, alpha * f32.load(a + o) + beta * f32.load(b + o));
}

/** y = α x. */
export function scale(begin: usize, end: usize, scratch: usize, alpha: f32, x: usize, y: usize): void {
  const f = f32x4.splat(alpha);
  let o = begin << 2;
  const e = end << 2;
  for (; o + 16 <= e; o += 16) v128.store(y + o, f32x4.mul(f, v128.load(x + o)));
  for (; o < e; o += 4) f32.store(y + o, alpha * f32.load(x + o));
}

/** y = a ⊙ b. */
export function multiply(begin: usize, end: usize, scratch: usize, a: usize, b: usize, y: usize): void {
  let o = begin << 2;
  const e = end << 2;
  for (; o + 16 <= e; o += 16) v128.store(y + o, f32x4.mul(v128.load(a + o), v128.load(b + o)));
  for (; o < e; o += 4) f32.store(y + o, f32.load(a + o) * f32.load(b + o));
}

// The activations by number, as src/kernels/kernels.ts lists them.
const RELU: i32 = 0, LEAKY_RELU: i32 = 1, SIGMOID: i32 = 2, TANH: i32 = 3, SOFTPLUS: i32 = 4, ELU: i32 = 5, EXP: i32 = 6;

@inline export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** 2σ(2x) − 1, which loses its digits to cancellation near 0: there the Taylor series, to x⁹. */
@inline export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1), two = f32x4.splat(2);
  const far = f32x4.sub(f32x4.mul(two, sigmoid4(f32x4.mul(two, x))), one);
  const s = f32x4.mul(x, x);
  let near = fma(f32x4.splat(62.0 / 2835), s, f32x4.splat(-17.0 / 315));
  near = fma(near, s, f32x4.splat(2.0 / 15));
  near = fma(near, s, f32x4.splat(-1.0 / 3));
  near = fma(f32x4.mul(near, s), x, x);
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.25)));
}

@inline export function sigmoid1(x: f32): f32 {
  return f32x4.extract_lane(sigmoid4(f32x4.splat(x)), 0);
}

@inline export function tanh1(x: f32): f32 {
  return f32x4.extract_lane(tanh4(f32x4.splat(x)), 0);
}

/** eˣ − 1 for x ≤ 0, by its series where the difference would lose digits. */
@inline function expm1Negative4(x: v128): v128 {
  const one = f32x4.splat(1);
  let near = fma(f32x4.splat(1.0 / 120), x, f32x4.splat(1.0 / 24));
  near = fma(near, x, f32x4.splat(1.0 / 6));
  near = fma(near, x, f32x4.splat(0.5));
  near = f32x4.mul(x, fma(near, x, one));
  return v128.bitselect(f32x4.sub(expNegative4(x), one), near, f32x4.lt(x, f32x4.splat(-0.125)));
}

/** x where positive, else α (eˣ − 1). */
@inline function elu4(alpha: v128, x: v128): v128 {
  const zero = f32x4.splat(0);
  return v128.bitselect(x, f32x4.mul(alpha, expm1Negative4(f32x4.pmin(x, zero))), f32x4.gt(x, zero));
}

@inline function activate1(kind: i32, slope: f32, x: f32): f32 {
  if (kind == RELU) return x < 0 ? 0 : x;
  if (kind == LEAKY_RELU) return x < 0 ? slope * x : x;
  if (kind == SIGMOID) return sigmoid1(x);
  if (kind == TANH) return tanh1(x);
  if (kind == EXP) return exp1(x);
  if (kind == ELU) return f32x4.extract_lane(elu4(f32x4.splat(slope), f32x4.splat(x)), 0);
  return x > 0 ? x + Mathf.log1p(exp1(-x)) : Mathf.log1p(exp1(x));
}

/** y = f(x). */
export function activate(begin: usize, end: usize, scratch: usize, kind: i32, slope: f32, x: usize, y: usize): void {
  let o = begin << 2;
  const e = end << 2;
  if (kind == SIGMOID) for (; o + 16 <= e; o += 16) v128.store(y + o, sigmoid4(v128.load(x + o)));
  else if (kind == TANH)
    for (; o + 16 <= e; o += 16) v128.store(y + o, tanh4(v128.load(x + o)));
  else if (kind == ELU)
    for (; o + 16 <= e; o += 16) v128.store(y + o, elu4(f32x4.splat(slope), v128.load(x + o)));
  else if (kind == EXP)
    for (; o + 16 <= e; o += 16) v128.store(y + o, exp4(v128.load(x + o)));
  else if (kind <= LEAKY_RELU) {
    const zero = f32x4.splat(0), s = f32x4.splat(kind == RELU ? 0 : slope);
    for (; o + 16 <= e; o += 16) {
      const v = v128.load(x + o);
      v128.store(y + o, v128.bitselect(kind == RELU ? zero : f32x4.mul(s, v), v, f32x4.lt(v, zero)));
    }
  }
  for (; o < e; o += 4) f32.store(y + o, activate1(kind, slope, f32.load(x + o)));
}

/** dx = f′(x) ⊙ dy, from x and y = f(x). */
export function activateBackward(begin: usize, end: usize, scratch: usize, kind: i32, slope: f32, x: usize, y: usize, dy: usize, dx: usize): void {
  let o = begin << 2;
  if (kind <= LEAKY_RELU) {
    const zero = f32x4.splat(0), one = f32x4.splat(1), s = f32x4.splat(kind == RELU ? 0 : slope);
    for (; o + 16 <= end << 2; o += 16)
      v128.store(dx + o, f32x4.mul(v128.bitselect(s, one, f32x4.le(v128.load(x + o), zero)), v128.load(dy + o)));
  } else if (kind == ELU) {
    const zero = f32x4.splat(0), one = f32x4.splat(1), s = f32x4.splat(slope);
    for (; o + 16 <= end << 2; o += 16)
      v128.store(dx + o, f32x4.mul(v128.bitselect(one, f32x4.add(v128.load(y + o), s), f32x4.gt(v128.load(x + o), zero)), v128.load(dy + o)));
  }
  for (; o < end << 2; o += 4) {
    const xv = f32.load(x + o), yv = f32.load(y + o);
    let d: f32 = 0;
    if (kind == RELU) d = xv <= 0 ? 0 : 1;
    else if (kind == LEAKY_RELU) d = xv <= 0 ? slope : 1;
    else if (kind == SIGMOID) d = yv * (1 - yv);
    else if (kind == TANH) d = 1 - yv * yv;
    else if (kind == SOFTPLUS) d = 1 / (1 + exp1(-xv));
    else if (kind == ELU) d = xv > 0 ? 1 : yv + slope;
    else if (kind == EXP) d = yv;
    f32.store(dx + o, d * f32.load(dy + o));
  }
}
