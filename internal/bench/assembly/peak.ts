// What the machine can do at most: 12 independent chains of fused multiply-adds in registers, and reading two arrays to write a third.

/** 12 · 4 · 2 floating-point operations a round. */
export function fmaRounds(rounds: i32): f32 {
  let a = f32x4.splat(0.5), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
  const x = f32x4.splat(0.999), y = f32x4.splat(0.001);
  for (let r = 0; r < rounds; r++) {
    a = f32x4.relaxed_madd(a, x, y); b = f32x4.relaxed_madd(b, x, y); c = f32x4.relaxed_madd(c, x, y); d = f32x4.relaxed_madd(d, x, y);
    e = f32x4.relaxed_madd(e, x, y); f = f32x4.relaxed_madd(f, x, y); g = f32x4.relaxed_madd(g, x, y); h = f32x4.relaxed_madd(h, x, y);
    i = f32x4.relaxed_madd(i, x, y); j = f32x4.relaxed_madd(j, x, y); k = f32x4.relaxed_madd(k, x, y); l = f32x4.relaxed_madd(l, x, y);
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  a = f32x4.add(a, f32x4.add(f32x4.add(i, j), f32x4.add(k, l)));
  return f32x4.extract_lane(a, 0);
}

/** a = b + 0.5 c, of n floats each. */
export function triad(n: usize, a: usize, b: usize, c: usize): void {
  const half = f32x4.splat(0.5);
  for (let o: usize = 0; o < n << 2; o += 16) v128.store(a + o, f32x4.relaxed_madd(half, v128.load(c + o), v128.load(b + o)));
}
