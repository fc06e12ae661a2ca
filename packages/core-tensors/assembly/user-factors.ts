// Matrix factorisation of users × items by stochastic gradient descent: BPR, logistic and squared loss.
import { permuted } from "./permutation";
import { outside } from "./random";
import { expNegative1, fma } from "./simd";
import { dotRows } from "./step-memory";
import { below, seed } from "./stream";

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
  for (let o: usize = 0; o < bytes; o += 16) {
    const pv = v128.load(p + o), qv = v128.load(q + o), rv = v128.load(r + o);
    const step = f32x4.mul(gi, pv);
    v128.store(p + o, fma(gv, f32x4.sub(qv, rv), f32x4.mul(k, pv)));
    v128.store(q + o, f32x4.add(f32x4.mul(ki, qv), step));
    v128.store(r + o, f32x4.sub(f32x4.mul(ki, rv), step));
  }
}

@inline function dotApart(p: usize, q: usize, r: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0, o: usize = 0;
  for (; o + 32 <= bytes; o += 32) {
    s0 = fma(v128.load(p + o), f32x4.sub(v128.load(q + o), v128.load(r + o)), s0);
    s1 = fma(v128.load(p + o, 16), f32x4.sub(v128.load(q + o, 16), v128.load(r + o, 16)), s1);
  }
  if (o < bytes) s0 = fma(v128.load(p + o), f32x4.sub(v128.load(q + o), v128.load(r + o)), s0);
  const s = f32x4.add(s0, s1);
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
}

@inline function addBias(at: usize, by: f32, keep: f32): void {
  f32.store(at, f32.load(at) * keep + by);
}

let gradient: f32 = 0; // of the last loss by its score

/** ln(1 + e⁻ˣ), and its slope in `gradient`. */
@inline function logistic(x: f32): f64 {
  const e = expNegative1(-abs(x));
  gradient = (x < 0 ? 1 : e) / (1 + e);
  return <f64>Mathf.log1p(e) + <f64>max(-x, 0);
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

/**
 * Examples begin … end of those from `first` on, in the order of a permutation of the `count` pairs: losses[t] is the sum of the losses of pair t and its negatives. Negatives are uniform among the items
 * that the user has not. `values` may be 0: then each pair is worth 1.
 */
export function userFactors(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32, count: u32, pairUsers: usize, pairItems: usize, values: usize,
  seenOffsets: usize, seenItems: usize, itemCount: u32, userTable: usize, itemTable: usize, biasOfUsers: usize, biasOfItems: usize, dim: usize,
  loss: i32, negatives: u32, mean: f32, rate: f32, decay: f32, frozen: bool, losses: usize,
): void {
  users = userTable; items = itemTable; userBias = biasOfUsers; itemBias = biasOfItems; bytes = dim << 2;
  kept = 1 - rate * decay; keptItems = frozen ? 1 : kept; moves = frozen ? 0 : 1;
  for (let t = begin; t < end; t++) {
    const pair = <usize>permuted(first + <u32>t, count, k0, k1);
    const user = <usize>load<u32>(pairUsers + (pair << 2)), item = <usize>load<u32>(pairItems + (pair << 2));
    const lo = load<u32>(seenOffsets + (user << 2)), hi = load<u32>(seenOffsets + (user << 2), 4), others = itemCount - (hi - lo);
    let total: f64 = loss == BPR ? 0 : example(loss, user, item, values == 0 ? 1 : f32.load(values + (pair << 2)), mean, rate);
    if (negatives > 0 && others > 0) {
      seed(k0, k1, first + <u32>t, 0);
      for (let n: u32 = 0; n < negatives; n++) {
        const other = <usize>outside(seenItems, lo, hi, below(others));
        total += loss == BPR ? apart(user, item, other, rate) : example(loss, user, other, 0, mean, rate);
      }
    }
    f64.store(losses + (t << 3), total);
  }
}
