// Draws keyed by (stream, counter), so that any thread may draw any part: the same bits as src/rng.ts.

@inline function rotate(x: u32, by: u32): u32 {
  return (x << by) | (x >> (32 - by));
}

@inline function below(word: u32, n: u32): u32 {
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

/** y = x / keep where the word of that element is below `threshold`, else 0; begin is even. */
export function dropout(begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, threshold: u32, factor: f32, x: usize, y: usize): void {
  for (let i = begin; i < end; i += 2) {
    const words = threefry(k0, k1, <u32>(i >> 1), 0);
    const p = i << 2;
    f32.store(y + p, <u32>words < threshold ? f32.load(x + p) * factor : 0);
    if (i + 1 < end) f32.store(y + p, <u32>(words >> 32) < threshold ? f32.load(x + p, 4) * factor : 0, 4);
  }
}

/** The item that is r-th among those not in the ascending list items[lo … hi). */
@inline function outside(items: usize, lo: u32, hi: u32, r: u32): u32 {
  let a = lo, b = hi;
  while (a < b) {
    const mid = (a + b) >> 1;
    if (load<u32>(items + (<usize>mid << 2)) - (mid - lo) > r) b = mid;
    else a = mid + 1;
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
