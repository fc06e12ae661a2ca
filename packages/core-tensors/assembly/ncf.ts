// Steps of neural collaborative filtering, each whole: draws, rows, layers forward and backward, optimiser. Batches are small, so that single operations
// would cost more to call than to do.
import { gemm } from "./gemm";
import { adamNow, catchUp, setDecay, setStep } from "./late-adam";
import { permuted } from "./permutation";
import { below, outside, threefry } from "./random";
import { expNegative1, fma, sumLanes } from "./simd";

const TILE: usize = 96; // samples that go through the layers together: whole register tiles of gemm
const DEEPEST: usize = 32; // layers

// The network: where its numbers lie, and its sizes. Addresses of what belongs to number n of theta are theta, m, v and g + 4n.
let theta: usize = 0, m: usize = 0, v: usize = 0, g: usize = 0, last: usize = 0;
let users: usize = 0, width: usize = 0, dim: usize = 0, half: usize = 0, rows: usize = 0;
let sizes: usize = 0, depth: usize = 0, deepest: usize = 0; // `depth` matrices between widths sizes[0] … sizes[depth], of which the last is `deepest`
let dense: usize = 0, output: usize = 0, total: usize = 0; // numbers before the first matrix, the output layer, the end
// Memory of a step: addresses.
let matrices: usize = 0, states: usize = 0, ids: usize = 0, labels: usize = 0, touched: usize = 0;
let slopes: usize = 0, x: usize = 0, dx: usize = 0, dy: usize = 0;
let touchedCount: usize = 0;

@inline function sizeOf(n: usize): usize {
  return <usize>load<u32>(sizes + (n << 2));
}

/** Where matrix n begins in theta, and the states of layer n in x: words that `layOut` wrote. */
@inline function matrixAt(n: usize): usize {
  return <usize>load<u32>(matrices + (n << 2));
}

@inline function stateAt(n: usize): usize {
  return x + (<usize>load<u32>(states + (n << 2)) << 2);
}

function layOut(work: usize, batch: usize, layerCount: usize): void {
  depth = layerCount == 0 ? 0 : layerCount - 1;
  deepest = layerCount == 0 ? 0 : sizeOf(depth);
  half = layerCount == 0 ? 0 : sizeOf(0) >> 1;
  width = dim + half;
  dense = rows * width;
  matrices = work;
  states = matrices + (DEEPEST << 2);
  ids = states + (DEEPEST << 2);
  labels = ids + (batch << 3);
  touched = labels + (batch << 2);
  slopes = touched + (batch << 3);
  x = slopes + (TILE << 3);
  let at = dense, before: usize = 0, widest: usize = 0;
  for (let n: usize = 0; n < layerCount; n++) {
    store<u32>(states + (n << 2), <u32>before);
    before += TILE * sizeOf(n);
    widest = max(widest, sizeOf(n));
    if (n == depth) break;
    store<u32>(matrices + (n << 2), <u32>at);
    at += (sizeOf(n) + 1) * sizeOf(n + 1);
  }
  output = at;
  total = output + dim + deepest + 2;
  dx = x + (before << 2);
  dy = dx + ((TILE * widest) << 2);
}

/** Brings a row up to date and lists it, the first time in a step. */
function touch(row: usize, step: f32, adam: bool): void {
  const at = last + (row << 2), then = f32.load(at);
  if (then == step) return;
  const o = (row * width) << 2, missed = step - 1 - then;
  if (adam && missed > 0) catchUp(width, <f64>missed, m + o, v + o, theta + o);
  f32.store(at, step);
  store<u32>(touched + (touchedCount++ << 2), <u32>row);
}

/** Draws samples number `begin` … + count of an epoch of n, and brings their rows up to date. */
function draw(
  begin: usize, count: usize, n: u32, k0: u32, k1: u32, negatives: u32, pairUsers: usize, pairItems: usize, offsets: usize, seen: usize, step: f32, adam: bool,
): void {
  const each = negatives + 1, items = <u32>(rows - users);
  for (let j: usize = 0; j < count; j++) {
    const sample = permuted(<u32>(begin + j), n, k0, k1), pair = <usize>(sample / each);
    const user = load<u32>(pairUsers + (pair << 2)), liked = sample % each == 0;
    let item: u32;
    if (liked) item = load<u32>(pairItems + (pair << 2));
    else {
      const lo = load<u32>(offsets + (<usize>user << 2)), hi = load<u32>(offsets + (<usize>user << 2), 4);
      item = outside(seen, lo, hi, below(<u32>threefry(k0, k1, sample, 0), items - (hi - lo)));
    }
    const row = <u32>users + item;
    store<u32>(ids + (j << 3), user);
    store<u32>(ids + (j << 3), row, 4);
    f32.store(labels + (j << 2), liked ? 1 : 0);
    touch(<usize>user, step, adam);
    touch(<usize>row, step, adam);
  }
}

function dot(a: usize, b: usize, count: usize): f32 {
  let s = f32x4.splat(0), o: usize = 0;
  const e = count << 2;
  for (; o + 16 <= e; o += 16) s = fma(v128.load(a + o), v128.load(b + o), s);
  let sum = sumLanes(s);
  for (; o < e; o += 4) sum += f32.load(a + o) * f32.load(b + o);
  return sum;
}

/** Σ a b c. */
function dot3(a: usize, b: usize, c: usize, count: usize): f32 {
  let s = f32x4.splat(0), o: usize = 0;
  const e = count << 2;
  for (; o + 16 <= e; o += 16) s = fma(f32x4.mul(v128.load(a + o), v128.load(b + o)), v128.load(c + o), s);
  let sum = sumLanes(s);
  for (; o < e; o += 4) sum += f32.load(a + o) * f32.load(b + o) * f32.load(c + o);
  return sum;
}

/** y += f · a. */
function addScaled(y: usize, f: f32, a: usize, count: usize): void {
  const f4 = f32x4.splat(f), e = count << 2;
  let o: usize = 0;
  for (; o + 16 <= e; o += 16) v128.store(y + o, fma(f4, v128.load(a + o), v128.load(y + o)));
  for (; o < e; o += 4) f32.store(y + o, f32.load(y + o) + f * f32.load(a + o));
}

/** y += f · a ⊙ b. */
function addProduct(y: usize, f: f32, a: usize, b: usize, count: usize): void {
  const f4 = f32x4.splat(f), e = count << 2;
  let o: usize = 0;
  for (; o + 16 <= e; o += 16) v128.store(y + o, fma(f32x4.mul(f4, v128.load(a + o)), v128.load(b + o), v128.load(y + o)));
  for (; o < e; o += 4) f32.store(y + o, f32.load(y + o) + f * f32.load(a + o) * f32.load(b + o));
}

/** Rows of y become max(y + b, 0). */
function biasAndRelu(y: usize, b: usize, count: usize, columns: usize): void {
  const zero = f32x4.splat(0), e = columns << 2;
  for (let r: usize = 0; r < count; r++, y += e) {
    let o: usize = 0;
    for (; o + 16 <= e; o += 16) v128.store(y + o, f32x4.max(f32x4.add(v128.load(y + o), v128.load(b + o)), zero));
    for (; o < e; o += 4) f32.store(y + o, max<f32>(f32.load(y + o) + f32.load(b + o), 0));
  }
}

/** dy becomes 0 where y is. */
function stopWhereFlat(dy: usize, y: usize, count: usize): void {
  const zero = f32x4.splat(0), e = count << 2;
  let o: usize = 0;
  for (; o + 16 <= e; o += 16) v128.store(dy + o, v128.and(v128.load(dy + o), f32x4.gt(v128.load(y + o), zero)));
  for (; o < e; o += 4) if (!(f32.load(y + o) > 0)) f32.store(dy + o, 0);
}

@inline function copy(to: usize, from: usize, count: usize): void {
  for (let o: usize = 0; o < count << 2; o += 4) f32.store(to + o, f32.load(from + o));
}

/** The slope of the loss, σ(s) − label, over the batch; adds the loss to `loss`. */
let loss: f64 = 0;
@inline function slopeAt(s: f32, label: f32, scale: f32): f32 {
  const e = expNegative1(-abs(s)), sigma: f32 = s < 0 ? e / (1 + e) : 1 / (1 + e);
  loss += <f64>max<f32>(label > 0 ? -s : s, 0) + NativeMath.log1p(<f64>e);
  if (s != s) loss = NaN;
  return (sigma - label) * scale;
}

/** Samples `begin` … + count of the batch, at most a tile: adds their gradients, over the whole batch, to g. */
function tileOf(begin: usize, count: usize, scale: f32, separate: bool, scratch: usize): void {
  const h = theta + (output << 2), gh = g + (output << 2), hm = h + (dim << 2), ghm = gh + (dim << 2);
  const bias = hm + (deepest << 2), gb = ghm + (deepest << 2), w = width << 2, gmf = dim << 2;
  const id = ids + (begin << 3);
  if (half != 0) {
    for (let s: usize = 0; s < count; s++) {
      const to = stateAt(0) + ((s * half) << 3);
      copy(to, theta + <usize>load<u32>(id + (s << 3)) * w + gmf, half);
      copy(to + (half << 2), theta + <usize>load<u32>(id + (s << 3), 4) * w + gmf, half);
    }
    for (let n: usize = 0; n < depth; n++) {
      const a = sizeOf(n), b = sizeOf(n + 1), weight = theta + (matrixAt(n) << 2);
      gemm(0, count, scratch, false, count, b, a, stateAt(n), a, 1, weight, b, 1, stateAt(n + 1), false);
      biasAndRelu(stateAt(n + 1), weight + ((a * b) << 2), count, b);
    }
  }
  const top: usize = half == 0 ? 0 : stateAt(depth);
  for (let s: usize = 0; s < count; s++) {
    const u = <usize>load<u32>(id + (s << 3)) * w, i = <usize>load<u32>(id + (s << 3), 4) * w, y = top + ((s * deepest) << 2);
    const label = f32.load(labels + ((begin + s) << 2));
    const one: f32 = dot3(theta + u, theta + i, h, dim) + f32.load(bias), other: f32 = half == 0 ? 0 : dot(y, hm, deepest);
    let left: f32, right: f32;
    if (separate) {
      left = slopeAt(one, label, scale);
      right = slopeAt(other + f32.load(bias, 4), label, scale);
      f32.store(gb, f32.load(gb, 4) + right, 4);
    } else {
      left = slopeAt(one + other, label, scale);
      right = left;
    }
    f32.store(gb, f32.load(gb) + left);
    if (dim != 0) {
      addProduct(gh, left, theta + u, theta + i, dim);
      addProduct(g + u, left, h, theta + i, dim);
      addProduct(g + i, left, h, theta + u, dim);
    }
    if (half == 0) continue;
    addScaled(ghm, right, y, deepest);
    const d = dy + ((s * deepest) << 2);
    memory.fill(d, 0, deepest << 2);
    addScaled(d, right, hm, deepest);
  }
  if (half == 0) return;
  let here = dy, next = dx;
  for (let n = depth; n > 0; n--) {
    const a = sizeOf(n - 1), b = sizeOf(n), at = matrixAt(n - 1) << 2, db = g + at + ((a * b) << 2);
    stopWhereFlat(here, stateAt(n), count * b);
    gemm(0, a, scratch, false, a, b, count, stateAt(n - 1), 1, a, here, b, 1, g + at, true);
    for (let s: usize = 0; s < count; s++) addScaled(db, 1, here + ((s * b) << 2), b);
    gemm(0, count, scratch, false, count, a, b, here, b, 1, theta + at, 1, b, next, false);
    const swap = here;
    here = next;
    next = swap;
  }
  for (let s: usize = 0; s < count; s++) {
    const d = here + ((s * half) << 3);
    addScaled(g + <usize>load<u32>(id + (s << 3)) * w + gmf, 1, d, half);
    addScaled(g + <usize>load<u32>(id + (s << 3), 4) * w + gmf, 1, d + (half << 2), half);
  }
}

/** `count` numbers from number n move against their gradients, which become 0. */
function move(n: usize, count: usize, adam: bool, rate: f32): void {
  const o = n << 2;
  if (adam) adamNow(count, g + o, m + o, v + o, theta + o);
  else addScaled(theta + o, -rate, g + o, count);
  memory.fill(g + o, 0, count << 2);
}

/**
 * Steps first + begin … first + end of an epoch, in order; losses[step − first] is the sum over its samples. After the epoch's last step every row is up to date.
 * The numbers are theta: rows of users, then of items, [width], the first `dim` of which are multiplied and the others go through the layers; then the matrices
 * [in, out] with their biases, the output's weights, and its two biases, the second for the layers alone where both parts are learned by themselves.
 */
export function ncf(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: usize, thetaAt: usize, mAt: usize, vAt: usize, lastAt: usize, gAt: usize, work: usize,
  userCount: usize, itemCount: usize, gmfDim: usize, layers: usize, layerCount: usize, pairs: u32, pairUsers: usize, pairItems: usize, offsets: usize, seen: usize,
  negatives: u32, batch: usize, separate: bool, adam: bool, rate: f64, beta1: f64, beta2: f64, epsilon: f64, before: f64, losses: usize,
): void {
  theta = thetaAt; m = mAt; v = vAt; last = lastAt; g = gAt;
  users = userCount; rows = userCount + itemCount; dim = gmfDim; sizes = layers;
  layOut(work, batch, layerCount);
  setDecay(beta1, beta2);
  const n = pairs * (negatives + 1);
  for (let b = begin; b < end; b++) {
    const from = (first + b) * batch, count = min(batch, <usize>n - from), step = <f32>(first + b + 1);
    setStep(before + <f64>(first + b + 1), rate, epsilon);
    touchedCount = 0;
    draw(from, count, n, k0, k1, negatives, pairUsers, pairItems, offsets, seen, step, adam);
    loss = 0;
    for (let s: usize = 0; s < count; s += TILE) tileOf(s, min(TILE, count - s), <f32>(1.0 / <f64>count), separate, scratch);
    f64.store(losses + (b << 3), loss);
    for (let t: usize = 0; t < touchedCount; t++) move(<usize>load<u32>(touched + (t << 2)) * width, width, adam, <f32>rate);
    move(dense, total - dense, adam, <f32>rate);
    if (from + count < <usize>n) continue;
    for (let row: usize = 0; row < rows; row++) {
      const o = (row * width) << 2, missed = step - f32.load(last + (row << 2));
      if (adam && missed > 0) catchUp(width, <f64>missed, m + o, v + o, theta + o);
      f32.store(last + (row << 2), 0);
    }
  }
}
