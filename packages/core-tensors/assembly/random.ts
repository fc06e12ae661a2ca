// Draws keyed by (stream, counter), so that any thread may draw any part: the same bits as src/rng.ts.
import { fma, sumLanes } from "./simd";

@inline function rotate(x: u32, by: u32): u32 {
  return (x << by) | (x >> (32 - by));
}

@inline export function below(word: u32, n: u32): u32 {
  return <u32>((<u64>word * <u64>n) >> 32);
}

/** Threefry-2x32-20 (Salmon et al., SC 2011): the counter under the key, first word in the low half. */
@inline export function threefry(k0: u32, k1: u32, c0: u32, c1: u32): u64 {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let a = c0 + k0, b = c1 + k1;
  a += b; b = rotate(b, 13) ^ a; a += b; b = rotate(b, 15) ^ a; a += b; b = rotate(b, 26) ^ a; a += b; b = rotate(b, 6) ^ a;
  a += k1; b += k2 + 1;
  a += b; b = rotate(b, 17) ^ a; a += b; b = rotate(b, 29) ^ a; a += b; b = rotate(b, 16) ^ a; a += b; b = rotate(b, 24) ^ a;
  a += k2; b += k0 + 2;
  a += b; b = rotate(b, 13) ^ a; a += b; b = rotate(b, 15) ^ a; a += b; b = rotate(b, 26) ^ a; a += b; b = rotate(b, 6) ^ a;
  a += k0; b += k1 + 3;
  a += b; b = rotate(b, 17) ^ a; a += b; b = rotate(b, 29) ^ a; a += b; b = rotate(b, 16) ^ a; a += b; b = rotate(b, 24) ^ a;
  a += k1; b += k2 + 4;
  a += b; b = rotate(b, 13) ^ a; a += b; b = rotate(b, 15) ^ a; a += b; b = rotate(b, 26) ^ a; a += b; b = rotate(b, 6) ^ a;
  a += k2; b += k0 + 5;
  return <u64>a | (<u64>b << 32);
}

@inline function rotate4(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

// The words of four counters at a time.
let first4: v128 = i32x4.splat(0), second4: v128 = i32x4.splat(0);

/** Threefry of counters (c0, c1) … (c0 + 3, c1), into first4 and second4. */
@inline function threefry4(k0: u32, k1: u32, c0: u32, c1: u32): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let a = i32x4.add(i32x4.splat(c0 + k0), i32x4(0, 1, 2, 3)), b = i32x4.splat(c1 + k1);
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 13), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 15), a);
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 26), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 6), a);
  a = i32x4.add(a, i32x4.splat(k1)); b = i32x4.add(b, i32x4.splat(k2 + 1));
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 17), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 29), a);
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 16), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 24), a);
  a = i32x4.add(a, i32x4.splat(k2)); b = i32x4.add(b, i32x4.splat(k0 + 2));
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 13), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 15), a);
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 26), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 6), a);
  a = i32x4.add(a, i32x4.splat(k0)); b = i32x4.add(b, i32x4.splat(k1 + 3));
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 17), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 29), a);
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 16), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 24), a);
  a = i32x4.add(a, i32x4.splat(k1)); b = i32x4.add(b, i32x4.splat(k2 + 4));
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 13), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 15), a);
  a = i32x4.add(a, b); b = v128.xor(rotate4(b, 26), a); a = i32x4.add(a, b); b = v128.xor(rotate4(b, 6), a);
  first4 = i32x4.add(a, i32x4.splat(k2)); second4 = i32x4.add(b, i32x4.splat(k0 + 5));
}

/** y = x / keep where the word of that element is below `threshold`, else 0; begin is even. */
export function dropout(begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, threshold: u32, factor: f32, x: usize, y: usize): void {
  let i = begin;
  // Words are compared as signed numbers, with their first bit flipped.
  const flip = i32x4.splat(0x80000000), bound = i32x4.splat(threshold ^ 0x80000000), f = f32x4.splat(factor);
  for (; i + 8 <= end; i += 8) {
    threefry4(k0, k1, <u32>(i >> 1), 0);
    const below1 = i32x4.lt_s(v128.xor(first4, flip), bound), below2 = i32x4.lt_s(v128.xor(second4, flip), bound);
    const p = i << 2;
    v128.store(y + p, v128.and(f32x4.mul(v128.load(x + p), f), v128.shuffle<i32>(below1, below2, 0, 4, 1, 5)));
    v128.store(y + p, v128.and(f32x4.mul(v128.load(x + p, 16), f), v128.shuffle<i32>(below1, below2, 2, 6, 3, 7)), 16);
  }
  for (; i < end; i += 2) {
    const words = threefry(k0, k1, <u32>(i >> 1), 0);
    const p = i << 2;
    f32.store(y + p, <u32>words < threshold ? f32.load(x + p) * factor : 0);
    if (i + 1 < end) f32.store(y + p, <u32>(words >> 32) < threshold ? f32.load(x + p, 4) * factor : 0, 4);
  }
}

/** y[r] = x[r] + ε sign(x[r]) ⊙ u / ‖u‖, u uniform in [0, 1): number j of row r is a word of counter (j / 2, r). */
export function perturbRows(begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, epsilon: f32, x: usize, dim: usize, y: usize): void {
  const unit: f32 = 1.0 / 4294967296.0, units = f32x4.splat(unit), signs = i32x4.splat(0x80000000), zero = f32x4.splat(0);
  for (let r = begin; r < end; r++) {
    const p = x + ((r * dim) << 2), q = y + ((r * dim) << 2);
    let squares = zero, j: usize = 0;
    for (; j + 8 <= dim; j += 8) {
      threefry4(k0, k1, <u32>(j >> 1), <u32>r);
      const u = f32x4.mul(f32x4.convert_i32x4_u(v128.shuffle<i32>(first4, second4, 0, 4, 1, 5)), units);
      const v = f32x4.mul(f32x4.convert_i32x4_u(v128.shuffle<i32>(first4, second4, 2, 6, 3, 7)), units);
      v128.store(scratch + (j << 2), u); v128.store(scratch + (j << 2), v, 16);
      squares = fma(u, u, squares); squares = fma(v, v, squares);
    }
    let sum = sumLanes(squares);
    for (; j < dim; j++) {
      const words = threefry(k0, k1, <u32>(j >> 1), <u32>r);
      const u = <f32>((j & 1) == 0 ? <u32>words : <u32>(words >> 32)) * unit;
      f32.store(scratch + (j << 2), u);
      sum += u * u;
    }
    const factor = epsilon / max<f32>(<f32>sqrt(sum), 1e-12), f = f32x4.splat(factor);
    for (j = 0; j + 4 <= dim; j += 4) {
      const v = v128.load(p + (j << 2)), noise = f32x4.mul(v128.load(scratch + (j << 2)), f);
      const signed = v128.andnot(v128.or(noise, v128.and(v, signs)), f32x4.eq(v, zero));
      v128.store(q + (j << 2), f32x4.add(v, signed));
    }
    for (; j < dim; j++) {
      const v = f32.load(p + (j << 2)), noise = f32.load(scratch + (j << 2)) * factor;
      f32.store(q + (j << 2), v > 0 ? v + noise : v < 0 ? v - noise : v);
    }
  }
}

/** The item that is r-th among those not in the ascending list items[lo … hi). Without branches: they would be guessed wrong every other time. */
@inline export function outside(items: usize, lo: u32, hi: u32, r: u32): u32 {
  let a = lo, count = hi - lo;
  while (count > 0) {
    const half = count >> 1, mid = a + half;
    const above = load<u32>(items + (<usize>mid << 2)) - (mid - lo) > r;
    a = select<u32>(a, mid + 1, above);
    count = select<u32>(half, count - half - 1, above);
  }
  return r + (a - lo);
}

/**
 * Draws begin … end of an epoch's (user, liked, unseen): a uniform user of `users`, a uniform item of that user's
 * list, a uniform item outside it (drawn by rank among the others, so nothing is rejected).
 */
export function sampleTriples(
  begin: usize, end: usize, scratch: usize,
  k0: u32, k1: u32, userCount: u32, users: usize, offsets: usize, items: usize, itemCount: u32,
  outUsers: usize, outLiked: usize, outUnseen: usize,
): void {
  for (let t = begin; t < end; t++) {
    const first = threefry(k0, k1, <u32>t, 0), second = threefry(k0, k1, <u32>t, 1);
    const user = load<u32>(users + (<usize>below(<u32>first, userCount) << 2));
    const lo = load<u32>(offsets + (<usize>user << 2)), hi = load<u32>(offsets + (<usize>user << 2), 4);
    store<u32>(outUsers + (t << 2), user);
    store<u32>(outLiked + (t << 2), load<u32>(items + (<usize>(lo + below(<u32>(first >> 32), hi - lo)) << 2)));
    store<u32>(outUnseen + (t << 2), outside(items, lo, hi, below(<u32>second, itemCount - (hi - lo))));
  }
}
