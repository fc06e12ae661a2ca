// Losses that compare one score of a row with all others, and counting of ranks.
import { sigmoid1, sigmoid4 } from "./elementwise";
import { expNegative1, expNegative4, sumLanes } from "./simd";
import { rowMax } from "./softmax";

// The losses by number, as src/kernels/kernels.ts lists them.
const BPR: i32 = 0, TOP1: i32 = 1, BPR_MAX: i32 = 2, TOP1_MAX: i32 = 3;

/**
 * The loss of each row r of x, whose column r is the positive and all others negatives, and dx = its gradient · scale.
 * Rows begin … end; `penalty` is BPR-max's weight of the squared scores.
 */
export function rankingLoss(begin: usize, end: usize, scratch: usize, kind: i32, columns: usize, penalty: f32, scale: f32, x: usize, dx: usize, losses: usize): void {
  for (let i = begin; i < end; i++) {
    const z = x + ((i * columns) << 2), d = dx + ((i * columns) << 2), place = i << 2;
    const positive = f32.load(z + place);
    const loss = kind <= TOP1
      ? plainLoss(kind, columns, scale, z, d, place, positive)
      : maxLoss(kind, columns, penalty, scale, z, d, place, positive);
    f32.store(losses + (i << 2), loss);
  }
}

/** BPR and TOP1: every negative counts the same. */
function plainLoss(kind: i32, columns: usize, scale: f32, z: usize, d: usize, place: usize, positive: f32): f32 {
  const factor: f32 = kind == BPR ? scale : scale / <f32>columns;
  let loss: f64 = 0, pull: f64 = 0;
  for (let o: usize = 0; o < columns << 2; o += 4) {
    if (o == place) continue;
    const s = f32.load(z + o), p = sigmoid1(s - positive);
    if (kind == BPR) {
      // −ln σ(positive − s), without overflow
      const gap = s - positive;
      loss += gap > 0 ? gap + Mathf.log1p(expNegative1(-gap)) : Mathf.log1p(expNegative1(gap));
      f32.store(d + o, factor * p);
      pull += p;
    } else {
      const q = sigmoid1(s * s), slope = p * (1 - p);
      loss += p + q;
      f32.store(d + o, factor * (slope + 2 * s * q * (1 - q)));
      pull += slope;
    }
  }
  f32.store(d + place, -factor * <f32>pull);
  return <f32>(kind == BPR ? loss : loss / <f64>columns);
}

/** BPR-max and TOP1-max: negatives weighted by their softmax. */
function maxLoss(kind: i32, columns: usize, penalty: f32, scale: f32, z: usize, d: usize, place: usize, positive: f32): f32 {
  f32.store(z + place, -Infinity); // not among the negatives
  const largest = rowMax(z, columns), m = f32x4.splat(largest), pv = f32x4.splat(positive);
  const zero = f32x4.splat(0), one = f32x4.splat(1), two = f32x4.splat(2);
  const bytes = columns << 2;
  // First pass: weights e^(s − max) into d, and the sums that the gradient needs.
  let total = zero, value = zero, slopes = zero, squares = zero;
  let total1: f32 = 0, value1: f32 = 0, slopes1: f32 = 0, squares1: f32 = 0;
  let o: usize = 0;
  for (; o + 16 <= bytes; o += 16) {
    const raw = v128.load(z + o), e = expNegative4(f32x4.sub(raw, m));
    const s = v128.andnot(raw, f32x4.eq(e, zero)); // where the weight is 0 the score does not matter: −∞ would give NaN
    const p = kind == BPR_MAX ? sigmoid4(f32x4.sub(pv, s)) : sigmoid4(f32x4.sub(s, pv));
    v128.store(d + o, e);
    total = f32x4.add(total, e);
    slopes = f32x4.add(slopes, f32x4.mul(e, f32x4.mul(p, f32x4.sub(one, p))));
    if (kind == BPR_MAX) {
      value = f32x4.add(value, f32x4.mul(e, p));
      squares = f32x4.add(squares, f32x4.mul(e, f32x4.mul(s, s)));
    } else value = f32x4.add(value, f32x4.mul(e, f32x4.add(p, sigmoid4(f32x4.mul(s, s)))));
  }
  for (; o < bytes; o += 4) {
    const e = expNegative1(f32.load(z + o) - largest), s: f32 = e == 0 ? 0 : f32.load(z + o);
    const p = kind == BPR_MAX ? sigmoid1(positive - s) : sigmoid1(s - positive);
    f32.store(d + o, e);
    total1 += e;
    slopes1 += e * (p * (1 - p));
    if (kind == BPR_MAX) {
      value1 += e * p;
      squares1 += e * (s * s);
    } else value1 += e * (p + sigmoid1(s * s));
  }
  const sum: f32 = sumLanes(total) + total1;
  const mean: f32 = sum > 0 ? (sumLanes(value) + value1) / sum : 0;
  const slope: f32 = sum > 0 ? (sumLanes(slopes) + slopes1) / sum : 0;
  const square: f32 = sum > 0 ? (sumLanes(squares) + squares1) / sum : 0;
  const inverse: f32 = sum > 0 ? 1 / sum : 0, share: f32 = 1 / (mean + 1e-24);
  const iv = f32x4.splat(inverse), mv = f32x4.splat(mean), hv = f32x4.splat(share);
  const qv = f32x4.splat(square), rv = f32x4.splat(penalty), sv = f32x4.splat(scale);
  // Second pass: the gradient.
  o = 0;
  for (; o + 16 <= bytes; o += 16) {
    const e = v128.load(d + o), w = f32x4.mul(e, iv), s = v128.andnot(v128.load(z + o), f32x4.eq(e, zero));
    let g: v128;
    if (kind == BPR_MAX) {
      const p = sigmoid4(f32x4.sub(pv, s));
      const gain = f32x4.mul(hv, f32x4.sub(f32x4.mul(p, f32x4.sub(one, p)), f32x4.sub(p, mv)));
      g = f32x4.add(gain, f32x4.mul(rv, f32x4.add(f32x4.sub(f32x4.mul(s, s), qv), f32x4.mul(two, s))));
    } else {
      const p = sigmoid4(f32x4.sub(s, pv)), q = sigmoid4(f32x4.mul(s, s));
      const curve = f32x4.mul(f32x4.mul(two, s), f32x4.mul(q, f32x4.sub(one, q)));
      g = f32x4.add(f32x4.sub(f32x4.add(p, q), mv), f32x4.add(f32x4.mul(p, f32x4.sub(one, p)), curve));
    }
    v128.store(d + o, f32x4.mul(sv, f32x4.mul(w, g)));
  }
  for (; o < bytes; o += 4) {
    const e = f32.load(d + o), w = e * inverse, s: f32 = e == 0 ? 0 : f32.load(z + o);
    let g: f32;
    if (kind == BPR_MAX) {
      const p = sigmoid1(positive - s);
      g = share * (p * (1 - p) - (p - mean)) + penalty * (s * s - square + 2 * s);
    } else {
      const p = sigmoid1(s - positive), q = sigmoid1(s * s);
      g = p + q - mean + (p * (1 - p) + 2 * s * (q * (1 - q)));
    }
    f32.store(d + o, scale * (w * g));
  }
  f32.store(z + place, positive);
  f32.store(d + place, kind == BPR_MAX ? -scale * (share * slope) : -scale * slope);
  return kind == BPR_MAX ? -Mathf.log(mean + 1e-24) + penalty * square : mean;
}

/** above[r] = how many scores of row r are not at most that of its target, equal[r] = how many others are the same. */
export function rankCounts(begin: usize, end: usize, scratch: usize, columns: usize, x: usize, targets: usize, above: usize, equal: usize): void {
  for (let i = begin; i < end; i++) {
    const z = x + ((i * columns) << 2), target = f32.load(z + (<usize>load<u32>(targets + (i << 2)) << 2)), t = f32x4.splat(target);
    let notAbove = i32x4.splat(0), same = i32x4.splat(0);
    let j: usize = 0;
    for (; j + 4 <= columns; j += 4) {
      const s = v128.load(z + (j << 2));
      notAbove = i32x4.sub(notAbove, f32x4.le(s, t));
      same = i32x4.sub(same, f32x4.eq(s, t));
    }
    let below: u32 = i32x4.extract_lane(notAbove, 0) + i32x4.extract_lane(notAbove, 1) + i32x4.extract_lane(notAbove, 2) + i32x4.extract_lane(notAbove, 3);
    let ties: u32 = i32x4.extract_lane(same, 0) + i32x4.extract_lane(same, 1) + i32x4.extract_lane(same, 2) + i32x4.extract_lane(same, 3);
    for (; j < columns; j++) {
      const s = f32.load(z + (j << 2));
      if (s <= target) below++;
      if (s == target) ties++;
    }
    store<u32>(above + (i << 2), <u32>columns - below);
    store<u32>(equal + (i << 2), ties == 0 ? 0 : ties - 1);
  }
}
