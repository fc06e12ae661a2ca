// The gates of GRUs with the reset gate before the matrix product (Cho et al. 2014) and after it; rows begin … end of width numbers each.
import { sigmoid1, sigmoid4, tanh1, tanh4 } from "./elementwise";

/** gates = σ(x[reset, update] + u), reset = gates[reset] ⊙ state; a row of x is candidate, reset, update. */
export function gruGates(begin: usize, end: usize, scratch: usize, width: usize, x: usize, u: usize, state: usize, gates: usize, reset: usize): void {
  const bytes = width << 2;
  for (let i = begin; i < end; i++) {
    const xi = x + i * 3 * bytes + bytes, ui = u + i * 2 * bytes, gi = gates + i * 2 * bytes;
    let o: usize = 0;
    for (; o + 16 <= 2 * bytes; o += 16) v128.store(gi + o, sigmoid4(f32x4.add(v128.load(xi + o), v128.load(ui + o))));
    for (; o < 2 * bytes; o += 4) f32.store(gi + o, sigmoid1(f32.load(xi + o) + f32.load(ui + o)));
    const si = state + i * bytes, ri = reset + i * bytes;
    o = 0;
    for (; o + 16 <= bytes; o += 16) v128.store(ri + o, f32x4.mul(v128.load(gi + o), v128.load(si + o)));
    for (; o < bytes; o += 4) f32.store(ri + o, f32.load(gi + o) * f32.load(si + o));
  }
}

/** candidate = tanh(x[candidate] + c), y = state + update ⊙ (candidate − state). */
export function gruState(begin: usize, end: usize, scratch: usize, width: usize, x: usize, c: usize, gates: usize, state: usize, candidate: usize, y: usize): void {
  const bytes = width << 2;
  for (let i = begin; i < end; i++) {
    const xi = x + i * 3 * bytes, zi = gates + i * 2 * bytes + bytes, at = i * bytes;
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) {
      const t = tanh4(f32x4.add(v128.load(xi + o), v128.load(c + at + o))), s = v128.load(state + at + o);
      v128.store(candidate + at + o, t);
      v128.store(y + at + o, f32x4.add(s, f32x4.mul(v128.load(zi + o), f32x4.sub(t, s))));
    }
    for (; o < bytes; o += 4) {
      const t = tanh1(f32.load(xi + o) + f32.load(c + at + o)), s = f32.load(state + at + o);
      f32.store(candidate + at + o, t);
      f32.store(y + at + o, s + f32.load(zi + o) * (t - s));
    }
  }
}

/** dx[candidate], dx[update] and dstate (the part that does not come through the gates' products) from dy. */
export function gruStateBackward(begin: usize, end: usize, scratch: usize, width: usize, dy: usize, gates: usize, state: usize, candidate: usize, dx: usize, dstate: usize): void {
  const bytes = width << 2, one = f32x4.splat(1);
  for (let i = begin; i < end; i++) {
    const ci = dx + i * 3 * bytes, ui = ci + 2 * bytes, zi = gates + i * 2 * bytes + bytes, at = i * bytes;
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) {
      const d = v128.load(dy + at + o), z = v128.load(zi + o), t = v128.load(candidate + at + o), s = v128.load(state + at + o);
      const zd = f32x4.mul(z, d), keep = f32x4.sub(one, z);
      v128.store(ci + o, f32x4.mul(zd, f32x4.sub(one, f32x4.mul(t, t))));
      v128.store(ui + o, f32x4.mul(f32x4.mul(zd, keep), f32x4.sub(t, s)));
      v128.store(dstate + at + o, f32x4.mul(d, keep));
    }
    for (; o < bytes; o += 4) {
      const d = f32.load(dy + at + o), z = f32.load(zi + o), t = f32.load(candidate + at + o), s = f32.load(state + at + o);
      f32.store(ci + o, z * d * (1 - t * t));
      f32.store(ui + o, z * d * (1 - z) * (t - s));
      f32.store(dstate + at + o, d * (1 - z));
    }
  }
}

/** dx[reset] from the gradient of reset = gates[reset] ⊙ state, whose other part is added to dstate. */
export function gruGatesBackward(begin: usize, end: usize, scratch: usize, width: usize, dreset: usize, gates: usize, state: usize, dx: usize, dstate: usize): void {
  const bytes = width << 2, one = f32x4.splat(1);
  for (let i = begin; i < end; i++) {
    const di = dx + i * 3 * bytes + bytes, gi = gates + i * 2 * bytes, at = i * bytes;
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) {
      const d = v128.load(dreset + at + o), r = v128.load(gi + o), rd = f32x4.mul(r, d);
      v128.store(di + o, f32x4.mul(f32x4.mul(rd, f32x4.sub(one, r)), v128.load(state + at + o)));
      v128.store(dstate + at + o, f32x4.add(v128.load(dstate + at + o), rd));
    }
    for (; o < bytes; o += 4) {
      const d = f32.load(dreset + at + o), r = f32.load(gi + o);
      f32.store(di + o, r * d * (1 - r) * f32.load(state + at + o));
      f32.store(dstate + at + o, f32.load(dstate + at + o) + r * d);
    }
  }
}

/** The variant with the reset gate after the product: candidate = tanh(x[candidate] + reset ⊙ u[candidate]); rows of x and u are candidate, reset, update. */
export function gruAfter(begin: usize, end: usize, scratch: usize, width: usize, x: usize, u: usize, state: usize, gates: usize, candidate: usize, y: usize): void {
  const bytes = width << 2;
  for (let i = begin; i < end; i++) {
    const xi = x + i * 3 * bytes, ui = u + i * 3 * bytes, gi = gates + i * 2 * bytes, at = i * bytes;
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) {
      const r = sigmoid4(f32x4.add(v128.load(xi + bytes + o), v128.load(ui + bytes + o)));
      const z = sigmoid4(f32x4.add(v128.load(xi + 2 * bytes + o), v128.load(ui + 2 * bytes + o)));
      const t = tanh4(f32x4.add(v128.load(xi + o), f32x4.mul(r, v128.load(ui + o)))), s = v128.load(state + at + o);
      v128.store(gi + o, r);
      v128.store(gi + bytes + o, z);
      v128.store(candidate + at + o, t);
      v128.store(y + at + o, f32x4.add(s, f32x4.mul(z, f32x4.sub(t, s))));
    }
    for (; o < bytes; o += 4) {
      const r = sigmoid1(f32.load(xi + bytes + o) + f32.load(ui + bytes + o)), z = sigmoid1(f32.load(xi + 2 * bytes + o) + f32.load(ui + 2 * bytes + o));
      const t = tanh1(f32.load(xi + o) + r * f32.load(ui + o)), s = f32.load(state + at + o);
      f32.store(gi + o, r);
      f32.store(gi + bytes + o, z);
      f32.store(candidate + at + o, t);
      f32.store(y + at + o, s + z * (t - s));
    }
  }
}

/** dx, du and the part of dstate that does not come through u, from dy. */
export function gruAfterBackward(begin: usize, end: usize, scratch: usize, width: usize, dy: usize, u: usize, state: usize, gates: usize, candidate: usize, dx: usize, du: usize, dstate: usize): void {
  const bytes = width << 2, one = f32x4.splat(1);
  for (let i = begin; i < end; i++) {
    const ui = u + i * 3 * bytes, gi = gates + i * 2 * bytes, at = i * bytes, xi = dx + i * 3 * bytes, vi = du + i * 3 * bytes;
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) {
      const d = v128.load(dy + at + o), r = v128.load(gi + o), z = v128.load(gi + bytes + o);
      const t = v128.load(candidate + at + o), s = v128.load(state + at + o);
      const zd = f32x4.mul(z, d), keep = f32x4.sub(one, z);
      const c = f32x4.mul(zd, f32x4.sub(one, f32x4.mul(t, t))), cr = f32x4.mul(c, r);
      const e = f32x4.mul(f32x4.mul(cr, f32x4.sub(one, r)), v128.load(ui + o)), f = f32x4.mul(f32x4.mul(zd, keep), f32x4.sub(t, s));
      v128.store(xi + o, c); v128.store(vi + o, cr);
      v128.store(xi + bytes + o, e); v128.store(vi + bytes + o, e);
      v128.store(xi + 2 * bytes + o, f); v128.store(vi + 2 * bytes + o, f);
      v128.store(dstate + at + o, f32x4.mul(d, keep));
    }
    for (; o < bytes; o += 4) {
      const d = f32.load(dy + at + o), r = f32.load(gi + o), z = f32.load(gi + bytes + o);
      const t = f32.load(candidate + at + o), s = f32.load(state + at + o);
      const c = z * d * (1 - t * t), e = c * r * (1 - r) * f32.load(ui + o), f = z * d * (1 - z) * (t - s);
      f32.store(xi + o, c); f32.store(vi + o, c * r);
      f32.store(xi + bytes + o, e); f32.store(vi + bytes + o, e);
      f32.store(xi + 2 * bytes + o, f); f32.store(vi + 2 * bytes + o, f);
      f32.store(dstate + at + o, d * (1 - z));
    }
  }
}
