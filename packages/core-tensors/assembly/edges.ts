// Over the entries of sparse matrices, which are the edges of graphs: weights, sums and softmax of each entry, by heads.
import { expNegative1, expNegative4, fma } from "./simd";
import { dot } from "./rows";
import { rowExp, rowMax, rowScale } from "./softmax";

const NONE: u32 = 0xffffffff;

@inline function entry(order: usize, k: usize): usize {
  return order == 0 ? k : <usize>load<u32>(order + (k << 2));
}

/** out = Σ weights[entry, head] · x[column] over entries kb … ke, for columns j … of one head; W floats at a time are in registers. */
@inline function headRow(kb: usize, ke: usize, columns: usize, weights: usize, stride: usize, order: usize, x: usize, bytes: usize, width: usize, out: usize): void {
  let j: usize = 0;
  for (; j + 16 <= width; j += 16) {
    const zero = f32x4.splat(0);
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
    const base = x + (j << 2);
    for (let k = kb; k < ke; k++) {
      const p = base + <usize>load<u32>(columns + (k << 2)) * bytes, v = v128.load32_splat(weights + entry(order, k) * stride);
      s0 = fma(v, v128.load(p), s0); s1 = fma(v, v128.load(p, 16), s1);
      s2 = fma(v, v128.load(p, 32), s2); s3 = fma(v, v128.load(p, 48), s3);
    }
    const q = out + (j << 2);
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
  }
  for (; j + 4 <= width; j += 4) {
    let s = f32x4.splat(0);
    for (let k = kb; k < ke; k++)
      s = fma(v128.load32_splat(weights + entry(order, k) * stride), v128.load(x + (j << 2) + <usize>load<u32>(columns + (k << 2)) * bytes), s);
    v128.store(out + (j << 2), s);
  }
  for (; j < width; j++) {
    let s: f32 = 0;
    for (let k = kb; k < ke; k++)
      s += f32.load(weights + entry(order, k) * stride) * f32.load(x + (j << 2) + <usize>load<u32>(columns + (k << 2)) * bytes);
    f32.store(out + (j << 2), s);
  }
}

/** y[i] = Σⱼ w[i, j] x[j], each head with weights of its own. */
export function spmmHeads(
  begin: usize, end: usize, scratch: usize,
  offsets: usize, columns: usize, weights: usize, order: usize, x: usize, dim: usize, heads: usize, y: usize,
): void {
  const bytes = dim << 2, width = dim / heads;
  for (let i = begin; i < end; i++) {
    const kb = <usize>load<u32>(offsets + (i << 2)), ke = <usize>load<u32>(offsets + (i << 2), 4);
    for (let h: usize = 0; h < heads; h++) {
      const shift = (h * width) << 2;
      headRow(kb, ke, columns, weights + (h << 2), heads << 2, order, x + shift, bytes, width, y + i * bytes + shift);
    }
  }
}

/** y[k, head] = targets[i] · sources[j] for each entry k = (i, j). */
export function edgeDots(
  begin: usize, end: usize, scratch: usize,
  offsets: usize, columns: usize, targets: usize, sources: usize, dim: usize, heads: usize, y: usize,
): void {
  const bytes = dim << 2, width = dim / heads, step = width << 2;
  for (let i = begin; i < end; i++) {
    const a = targets + i * bytes, ke = <usize>load<u32>(offsets + (i << 2), 4);
    for (let k = <usize>load<u32>(offsets + (i << 2)); k < ke; k++) {
      const b = sources + <usize>load<u32>(columns + (k << 2)) * bytes, out = y + ((k * heads) << 2);
      for (let h: usize = 0; h < heads; h++) f32.store(out + (h << 2), dot(a + h * step, b + h * step, width));
    }
  }
}

@inline function addInto(out: usize, a: usize, b: usize, width: usize): void {
  let c: usize = 0;
  for (; c + 4 <= width; c += 4) v128.store(out + (c << 2), f32x4.add(v128.load(a + (c << 2)), v128.load(b + (c << 2))));
  for (; c < width; c++) f32.store(out + (c << 2), f32.load(a + (c << 2)) + f32.load(b + (c << 2)));
}

/** y[k] = targets[i] + sources[j] for each entry k = (i, j). */
export function edgeSums(
  begin: usize, end: usize, scratch: usize,
  offsets: usize, columns: usize, targets: usize, sources: usize, width: usize, y: usize,
): void {
  const bytes = width << 2;
  for (let i = begin; i < end; i++) {
    const ke = <usize>load<u32>(offsets + (i << 2), 4);
    for (let k = <usize>load<u32>(offsets + (i << 2)); k < ke; k++)
      addInto(y + k * bytes, targets + i * bytes, sources + <usize>load<u32>(columns + (k << 2)) * bytes, width);
  }
}

/** y[i] = Σ of the rows of x that are the entries of row i. */
export function segmentSum(begin: usize, end: usize, scratch: usize, offsets: usize, x: usize, width: usize, order: usize, y: usize): void {
  const bytes = width << 2;
  for (let i = begin; i < end; i++) {
    const out = y + i * bytes, ke = <usize>load<u32>(offsets + (i << 2), 4);
    memory.fill(out, 0, bytes);
    for (let k = <usize>load<u32>(offsets + (i << 2)); k < ke; k++) addInto(out, out, x + entry(order, k) * bytes, width);
  }
}

/** Softmax of one head among several, over the entries from kb to ke: of a column of numbers that lie `bytes` apart. */
@inline function softmaxColumn(kb: usize, ke: usize, bytes: usize, x: usize, y: usize): void {
  let most: f32 = -Infinity, total: f32 = 0;
  for (let k = kb; k < ke; k++) {
    const v = f32.load(x + k * bytes);
    if (most < v) most = v;
  }
  for (let k = kb; k < ke; k++) {
    const e = expNegative1(f32.load(x + k * bytes) - most);
    f32.store(y + k * bytes, e);
    total += e;
  }
  const factor: f32 = 1 / total;
  for (let k = kb; k < ke; k++) f32.store(y + k * bytes, f32.load(y + k * bytes) * factor);
}

/** The same of four heads. */
@inline function softmaxColumns(kb: usize, ke: usize, bytes: usize, x: usize, y: usize): void {
  let most = f32x4.splat(-Infinity), total = f32x4.splat(0);
  for (let k = kb; k < ke; k++) most = f32x4.pmax(most, v128.load(x + k * bytes));
  for (let k = kb; k < ke; k++) {
    const e = expNegative4(f32x4.sub(v128.load(x + k * bytes), most));
    v128.store(y + k * bytes, e);
    total = f32x4.add(total, e);
  }
  const factor = f32x4.div(f32x4.splat(1), total);
  for (let k = kb; k < ke; k++) v128.store(y + k * bytes, f32x4.mul(v128.load(y + k * bytes), factor));
}

/** y = softmax of x over the entries of each row, head by head. */
export function segmentSoftmax(begin: usize, end: usize, scratch: usize, offsets: usize, x: usize, heads: usize, y: usize): void {
  const bytes = heads << 2;
  for (let i = begin; i < end; i++) {
    const kb = <usize>load<u32>(offsets + (i << 2)), ke = <usize>load<u32>(offsets + (i << 2), 4);
    if (heads == 1) {
      const z = x + (kb << 2), out = y + (kb << 2), count = ke - kb;
      if (count > 0) rowScale(out, count, 1 / rowExp(z, count, rowMax(z, count), out));
      continue;
    }
    let h: usize = 0;
    for (; h + 4 <= heads; h += 4) softmaxColumns(kb, ke, bytes, x + (h << 2), y + (h << 2));
    for (; h < heads; h++) softmaxColumn(kb, ke, bytes, x + (h << 2), y + (h << 2));
  }
}

/** dx[k] = y[k] (dy[k] − Σ y dy) over the entries of each row, head by head. */
export function segmentSoftmaxBackward(begin: usize, end: usize, scratch: usize, offsets: usize, y: usize, dy: usize, heads: usize, dx: usize): void {
  const bytes = heads << 2;
  for (let i = begin; i < end; i++) {
    const kb = <usize>load<u32>(offsets + (i << 2)) * bytes, ke = <usize>load<u32>(offsets + (i << 2), 4) * bytes;
    let h: usize = 0;
    for (; h + 16 <= bytes; h += 16) {
      let along = f32x4.splat(0);
      for (let k = kb + h; k < ke; k += bytes) along = fma(v128.load(y + k), v128.load(dy + k), along);
      for (let k = kb + h; k < ke; k += bytes) v128.store(dx + k, f32x4.mul(v128.load(y + k), f32x4.sub(v128.load(dy + k), along)));
    }
    for (; h < bytes; h += 4) {
      let along: f32 = 0;
      for (let k = kb + h; k < ke; k += bytes) along += f32.load(y + k) * f32.load(dy + k);
      for (let k = kb + h; k < ke; k += bytes) f32.store(dx + k, f32.load(y + k) * (f32.load(dy + k) - along));
    }
  }
}

/** y[i] = the largest x[j] of row i's columns, number by number, and where from. */
export function neighbourMax(begin: usize, end: usize, scratch: usize, offsets: usize, columns: usize, x: usize, dim: usize, y: usize, from: usize): void {
  const bytes = dim << 2;
  for (let i = begin; i < end; i++) {
    const out = y + i * bytes, origin = from + i * bytes;
    const kb = <usize>load<u32>(offsets + (i << 2)), ke = <usize>load<u32>(offsets + (i << 2), 4);
    if (kb == ke) {
      memory.fill(out, 0, bytes);
      memory.fill(origin, 0xff, bytes);
      continue;
    }
    let c: usize = 0;
    for (; c + 4 <= dim; c += 4) {
      const first = load<u32>(columns + (kb << 2));
      let most = v128.load(x + <usize>first * bytes + (c << 2)), at = i32x4.splat(first);
      for (let k = kb + 1; k < ke; k++) {
        const j = load<u32>(columns + (k << 2)), v = v128.load(x + <usize>j * bytes + (c << 2));
        const larger = f32x4.gt(v, most);
        most = v128.bitselect(v, most, larger);
        at = v128.bitselect(i32x4.splat(j), at, larger);
      }
      v128.store(out + (c << 2), most);
      v128.store(origin + (c << 2), at);
    }
    for (; c < dim; c++) {
      let at = load<u32>(columns + (kb << 2)), most = f32.load(x + <usize>at * bytes + (c << 2));
      for (let k = kb + 1; k < ke; k++) {
        const j = load<u32>(columns + (k << 2)), v = f32.load(x + <usize>j * bytes + (c << 2));
        if (v > most) {
          most = v;
          at = j;
        }
      }
      f32.store(out + (c << 2), most);
      store<u32>(origin + (c << 2), at);
    }
  }
}

/** y[from[i, c], c] += x[i, c] for all n rows, columns begin … end: the order of the sums does not depend on the split. */
export function scatterAddFrom(begin: usize, end: usize, scratch: usize, n: usize, x: usize, from: usize, dim: usize, y: usize): void {
  for (let i: usize = 0; i < n; i++)
    for (let c = begin; c < end; c++) {
      const o = (i * dim + c) << 2, to = load<u32>(from + o);
      if (to == NONE) continue;
      const q = y + ((<usize>to * dim + c) << 2);
      f32.store(q, f32.load(q) + f32.load(x + o));
    }
}
