// Matrix factorisation of users × items by stochastic gradient descent: BPR, logistic and squared loss.
import { hashed, shuffled } from "./permutation";
import { below, outside } from "./random";
import { expNegative1, fma } from "./simd";
import { dotRows } from "./step-memory";

const BPR: i32 = 0, LOGISTIC: i32 = 1;

/** Where the parameters lie; biases 0 for none. */
let users: usize = 0, items: usize = 0, userBias: usize = 0, itemBias: usize = 0, bytes: usize = 0;
let kept: f32 = 1, keptItems: f32 = 1, moves: f32 = 1;

/** p ← kept p + g q, q ← kept q + g p where items move. */
@inline function move(p: usize, q: usize, g: f32): void {
  const k = f32x4.splat(kept), ki = f32x4.splat(keptItems), gv = f32x4.splat(g), gi = f32x4.splat(g * moves);
  for (let o: usize = 0; o < bytes; o += 16) {
    const pv = v128.load(p + o), qv = v128.load(q + o);
    v128.store(p + o, fma(gv, qv, f32x4.mul(k, pv)));
    v128.store(q + o, fma(gi, pv, f32x4.mul(ki, qv)));
  }
}

/** p ← kept p + g (q − r), q ← kept q + g p, r ← kept r − g p. */
@inline function moveApart(p: usize, q: usize, r: usize, g: f32): void {
  const k = f32x4.splat(kept), ki = f32x4.splat(keptItems), gv = f32x4.splat(g), gi = f32x4.splat(g * moves);
  const last = p + bytes, toQ = q - p, toR = r - p;
  for (; p < last; p += 16) {
    const pv = v128.load(p), qv = v128.load(p + toQ), rv = v128.load(p + toR);
    const step = f32x4.mul(gi, pv);
    v128.store(p, fma(gv, f32x4.sub(qv, rv), f32x4.mul(k, pv)));
    v128.store(p + toQ, f32x4.add(f32x4.mul(ki, qv), step));
    v128.store(p + toR, f32x4.sub(f32x4.mul(ki, rv), step));
  }
}

@inline function dotApart(p: usize, q: usize, r: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0;
  const last = p + bytes, toQ = q - p, toR = r - p;
  for (; p + 32 <= last; p += 32) {
    s0 = fma(v128.load(p), f32x4.sub(v128.load(p + toQ), v128.load(p + toR)), s0);
    s1 = fma(v128.load(p, 16), f32x4.sub(v128.load(p + toQ, 16), v128.load(p + toR, 16)), s1);
  }
  if (p < last) s0 = fma(v128.load(p), f32x4.sub(v128.load(p + toQ), v128.load(p + toR)), s0);
  const s = f32x4.add(s0, s1);
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
}

@inline function addBias(at: usize, by: f32, keep: f32): void {
  f32.store(at, f32.load(at) * keep + by);
}

let gradient: f32 = 0; // of the last loss by its score

/** ln(1 + x) of 0 ≤ x ≤ 1: 2 artanh(x / (2 + x)). */
@inline function log1p(x: f32): f32 {
  const z = x / (2 + x), s = z * z;
  return 2 * z * (1 + s * (<f32>(1.0 / 3) + s * (<f32>(1.0 / 5) + s * (<f32>(1.0 / 7) + s * (<f32>(1.0 / 9) + s * <f32>(1.0 / 11))))));
}

/** ln(1 + e⁻ˣ), and its slope in `gradient`. */
@inline function logistic(x: f32): f64 {
  const e = expNegative1(-abs(x));
  gradient = (x < 0 ? 1 : e) / (1 + e);
  return <f64>(log1p(e) + max<f32>(-x, 0));
}

/** One example of a user, an item and what the score should be. */
@inline function example(loss: i32, user: usize, item: usize, wanted: f32, mean: f32, rate: f32): f64 {
  const p = users + user * bytes, q = items + item * bytes;
  let score = dotRows(p, q, bytes) + mean;
  if (userBias != 0) score += f32.load(userBias + (user << 2)) + f32.load(itemBias + (item << 2));
  let value: f64, g: f32;
  if (loss == LOGISTIC) {
    const sign: f32 = wanted > 0 ? 1 : -1;
    value = logistic(sign * score);
    g = sign * gradient * rate;
  } else {
    const error = wanted - score;
    value = <f64>error * <f64>error;
    g = error * rate;
  }
  move(p, q, g);
  if (userBias != 0) {
    addBias(userBias + (user << 2), g, kept);
    addBias(itemBias + (item << 2), g * moves, keptItems);
  }
  return value;
}

/** A pair told from the user with another item. */
@inline function apart(user: usize, item: usize, other: usize, rate: f32): f64 {
  const p = users + user * bytes, q = items + item * bytes, r = items + other * bytes;
  let score = dotApart(p, q, r);
  if (itemBias != 0) score += f32.load(itemBias + (item << 2)) - f32.load(itemBias + (other << 2));
  const value = logistic(score), g = gradient * rate;
  moveApart(p, q, r, g);
  if (itemBias != 0) {
    addBias(itemBias + (item << 2), g * moves, keptItems);
    addBias(itemBias + (other << 2), -g * moves, keptItems);
  }
  return value;
}

// A block of pairs is drawn, and its rows are read, before any of them is learned from: then what one pair waits for, the others wait for at the same time.
const PAIR_BYTES: usize = 16; // user, item, what the pair is worth, how many unseen items, and these

let fetched: u32 = 0; // so that no read is thrown out as useless

/** Brings an item's row into the cache: WebAssembly has no instruction for it, so a word of each line is read. */
@inline function fetch(item: u32): void {
  const row = items + <usize>item * bytes;
  for (let o: usize = 0; o < bytes; o += 64) fetched += load<u32>(row + o);
}

/**
 * Examples begin … end of those from `first` on, in the order of a permutation of the `count` pairs: losses[t] is the sum of the losses of pair t and its negatives. Negatives are uniform among the items
 * that the user has not. `values` may be 0: then each pair is worth 1.
 */
export function userFactors(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32, count: u32, pairUsers: usize, pairItems: usize, values: usize,
  seenOffsets: usize, seenItems: usize, itemCount: u32, userTable: usize, itemTable: usize, biasOfUsers: usize, biasOfItems: usize, dim: usize,
  loss: i32, negatives: u32, mean: f32, rate: f32, decay: f32, frozen: bool, losses: usize, block: usize,
): void {
  users = userTable; items = itemTable; userBias = biasOfUsers; itemBias = biasOfItems; bytes = dim << 2;
  kept = 1 - rate * decay; keptItems = frozen ? 1 : kept; moves = frozen ? 0 : 1;
  const size = PAIR_BYTES + (<usize>max<u32>(negatives, 1) << 2);
  for (let from = begin; from < end; from += block) {
    const to = min(from + block, end);
    let at = scratch;
    for (let t = from; t < to; t++, at += size) store<u32>(at, shuffled(first + <u32>t, count, k0, k1));
    at = scratch;
    for (let t = from; t < to; t++, at += size) {
      const pair = <usize>load<u32>(at);
      store<u32>(at, load<u32>(pairUsers + (pair << 2)));
      store<u32>(at, load<u32>(pairItems + (pair << 2)), 4);
      f32.store(at, values == 0 ? 1 : f32.load(values + (pair << 2)), 8);
    }
    at = scratch;
    for (let t = from; t < to; t++, at += size) {
      const user = <usize>load<u32>(at), lo = load<u32>(seenOffsets + (user << 2)), hi = load<u32>(seenOffsets + (user << 2), 4), others = itemCount - (hi - lo);
      const draws: u32 = others > 0 ? negatives : 0;
      store<u32>(at, draws, 12);
      store<u32>(at, <u32>0, PAIR_BYTES);
      for (let n: u32 = 0; n < draws; n++) store<u32>(at + (<usize>n << 2), outside(seenItems, lo, hi, below(hashed(k0, k1, first + <u32>t, n), others)), PAIR_BYTES);
    }
    at = scratch;
    for (let t = from; t < to; t++, at += size) {
      fetch(load<u32>(at, 4));
      fetch(load<u32>(at, PAIR_BYTES));
    }
    at = scratch;
    for (let t = from; t < to; t++, at += size) {
      const user = <usize>load<u32>(at), item = <usize>load<u32>(at, 4), draws = load<u32>(at, 12);
      let total: f64 = loss == BPR ? 0 : example(loss, user, item, f32.load(at, 8), mean, rate);
      for (let n: u32 = 0; n < draws; n++) {
        const other = <usize>load<u32>(at + (<usize>n << 2), PAIR_BYTES);
        total += loss == BPR ? apart(user, item, other, rate) : example(loss, user, other, 0, mean, rate);
      }
      f64.store(losses + (t << 3), total);
    }
  }
}
