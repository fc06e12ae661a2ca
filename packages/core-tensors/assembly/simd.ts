// Four float32 lanes at a time, or two of float64. Built twice: with relaxed SIMD (fused multiply-add) and without.

@inline export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The same for two float64 lanes. */
@inline export function fma64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

@inline export function sumLanes64(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

/** Sum of the four lanes, in one fixed order. */
@inline export function sumLanes(a: v128): f32 {
  const b = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(b, 0) + f32x4.extract_lane(b, 1);
}

@inline export function maxLanes(a: v128): f32 {
  return max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
}

/**
 * eˣ by Cody–Waite reduction and a degree-5 polynomial, relative error about 1e-7, for x ≤ 88.3.
 * Below −87.33 it is 0; NaN stays NaN (pmax keeps its first operand then).
 */
@inline export function expNegative4(x: v128): v128 {
  const low = f32x4.splat(-87.33);
  const tooLow = f32x4.lt(x, low);
  let r = f32x4.pmax(x, low);
  // Adding 1.5 · 2²³ rounds to a whole number n, which then stands in the low bits: no rounding or conversion instruction.
  const magic = f32x4.splat(12582912);
  const shifted = fma(r, f32x4.splat(1.44269504088896341), magic);
  const n = f32x4.sub(shifted, magic);
  r = fma(n, f32x4.splat(-0.693359375), r);
  r = fma(n, f32x4.splat(2.12194440e-4), r);
  let y = f32x4.splat(1.9875691500e-4);
  y = fma(y, r, f32x4.splat(1.3981999507e-3));
  y = fma(y, r, f32x4.splat(8.3334519073e-3));
  y = fma(y, r, f32x4.splat(4.1665795894e-2));
  y = fma(y, r, f32x4.splat(1.6666665459e-1));
  y = fma(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(fma(y, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000));
  return v128.andnot(f32x4.mul(y, power), tooLow);
}

/** The same for every x: infinite above 88.3, where float32 nears its end. */
@inline export function exp4(x: v128): v128 {
  const high = f32x4.splat(88.3);
  return v128.bitselect(f32x4.splat(Infinity), expNegative4(f32x4.pmin(x, high)), f32x4.gt(x, high));
}

@inline export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

@inline export function expNegative1(x: f32): f32 {
  return f32x4.extract_lane(expNegative4(f32x4.splat(x)), 0);
}
