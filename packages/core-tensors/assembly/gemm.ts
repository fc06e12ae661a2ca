// C (+)= op(A) · op(B), packed and blocked as in Goto & van de Geijn, "Anatomy of high-performance matrix
// multiplication" (TOMS 2008). Any layout is a pair of strides, so NN, NT and TN are one kernel.
import { fma } from "./simd";

const MR: usize = 6, NR: usize = 8; // the register tile: 12 accumulators of 4 lanes
const KC: usize = 256, MC: usize = 96, NC: usize = 1024; // the cache blocks

/** Element (i, k) of A is at a + (i·rowStride + k·columnStride)·4; out come panels [⌈m/6⌉][k][6], zero padded. */
export function packA(a: usize, rowStride: usize, columnStride: usize, m: usize, k: usize, out: usize): void {
  const step = columnStride << 2;
  for (let i: usize = 0; i < m; i += MR) {
    const rows = min(MR, m - i);
    const p0 = a + ((i * rowStride) << 2);
    if (rows == MR) {
      const r = rowStride << 2;
      const p1 = p0 + r, p2 = p1 + r, p3 = p2 + r, p4 = p3 + r, p5 = p4 + r;
      for (let t: usize = 0, o: usize = 0; t < k; t++, o += step) {
        f32.store(out, f32.load(p0 + o)); f32.store(out, f32.load(p1 + o), 4); f32.store(out, f32.load(p2 + o), 8);
        f32.store(out, f32.load(p3 + o), 12); f32.store(out, f32.load(p4 + o), 16); f32.store(out, f32.load(p5 + o), 20);
        out += MR << 2;
      }
    } else {
      for (let t: usize = 0; t < k; t++)
        for (let r: usize = 0; r < MR; r++, out += 4)
          f32.store(out, r < rows ? f32.load(p0 + ((r * rowStride) << 2) + t * step) : 0);
    }
  }
}

/** Element (k, j) of B is at b + (k·rowStride + j·columnStride)·4; out come panels [⌈n/8⌉][k][8], zero padded. */
export function packB(b: usize, rowStride: usize, columnStride: usize, k: usize, n: usize, out: usize): void {
  const step = rowStride << 2, c = columnStride << 2;
  for (let j: usize = 0; j < n; j += NR) {
    const columns = min(NR, n - j);
    let p = b + j * c;
    if (columns == NR && columnStride == 1) {
      for (let t: usize = 0; t < k; t++, p += step, out += NR << 2) {
        v128.store(out, v128.load(p)); v128.store(out, v128.load(p, 16), 16);
      }
    } else if (columns == NR) {
      for (let t: usize = 0; t < k; t++, p += step, out += NR << 2) {
        const q = p + 4 * c;
        f32.store(out, f32.load(p)); f32.store(out, f32.load(p + c), 4);
        f32.store(out, f32.load(p + 2 * c), 8); f32.store(out, f32.load(p + 3 * c), 12);
        f32.store(out, f32.load(q), 16); f32.store(out, f32.load(q + c), 20);
        f32.store(out, f32.load(q + 2 * c), 24); f32.store(out, f32.load(q + 3 * c), 28);
      }
    } else {
      for (let t: usize = 0; t < k; t++, p += step)
        for (let r: usize = 0; r < NR; r++, out += 4) f32.store(out, r < columns ? f32.load(p + r * c) : 0);
    }
  }
}

@inline function put(p: usize, x: v128, y: v128): void {
  v128.store(p, x);
  v128.store(p, y, 16);
}

@inline function addTo(p: usize, x: v128, y: v128): void {
  v128.store(p, f32x4.add(v128.load(p), x));
  v128.store(p, f32x4.add(v128.load(p, 16), y), 16);
}

/** One 6 × 8 tile of C from packed panels; C's rows are `stride` bytes apart. Not inlined: alone, its accumulators all stay in registers. */
export function tile(k: usize, ap: usize, bp: usize, c: usize, stride: usize, accumulate: bool): void {
  const zero = f32x4.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
  let c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  while (k != 0) {
    const b0 = v128.load(bp), b1 = v128.load(bp, 16);
    const a0 = v128.load32_splat(ap); c00 = fma(a0, b0, c00); c01 = fma(a0, b1, c01);
    const a1 = v128.load32_splat(ap, 4); c10 = fma(a1, b0, c10); c11 = fma(a1, b1, c11);
    const a2 = v128.load32_splat(ap, 8); c20 = fma(a2, b0, c20); c21 = fma(a2, b1, c21);
    const a3 = v128.load32_splat(ap, 12); c30 = fma(a3, b0, c30); c31 = fma(a3, b1, c31);
    const a4 = v128.load32_splat(ap, 16); c40 = fma(a4, b0, c40); c41 = fma(a4, b1, c41);
    const a5 = v128.load32_splat(ap, 20); c50 = fma(a5, b0, c50); c51 = fma(a5, b1, c51);
    ap += MR << 2; bp += NR << 2; k--;
  }
  // One branch for all twelve: a choice at each store would keep the compiler from leaving them in registers.
  const d = c + stride, e = d + stride, f = e + stride, g = f + stride, h = g + stride;
  if (accumulate) {
    addTo(c, c00, c01); addTo(d, c10, c11); addTo(e, c20, c21); addTo(f, c30, c31); addTo(g, c40, c41); addTo(h, c50, c51);
  } else {
    put(c, c00, c01); put(d, c10, c11); put(e, c20, c21); put(f, c30, c31); put(g, c40, c41); put(h, c50, c51);
  }
}

function block(
  m: usize, n: usize, k: usize,
  a: usize, aRow: usize, aColumn: usize,
  b: usize, bRow: usize, bColumn: usize,
  c: usize, cRow: usize, accumulate: bool, scratch: usize,
): void {
  const packedB = scratch, packedA = packedB + ((KC * (NC + NR)) << 2), edge = packedA + ((KC * (MC + MR)) << 2);
  const stride = cRow << 2;
  for (let jc: usize = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc: usize = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      const adding = accumulate || pc > 0;
      packB(b + ((pc * bRow + jc * bColumn) << 2), bRow, bColumn, kc, nc, packedB);
      for (let ic: usize = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        packA(a + ((ic * aRow + pc * aColumn) << 2), aRow, aColumn, mc, kc, packedA);
        for (let jr: usize = 0; jr < nc; jr += NR) {
          const columns = min(NR, nc - jr), bp = packedB + ((jr * kc) << 2);
          for (let ir: usize = 0; ir < mc; ir += MR) {
            const rows = min(MR, mc - ir), ap = packedA + ((ir * kc) << 2);
            const cp = c + (((ic + ir) * cRow + jc + jr) << 2);
            if (rows == MR && columns == NR) {
              tile(kc, ap, bp, cp, stride, adding);
            } else {
              tile(kc, ap, bp, edge, NR << 2, false);
              for (let i: usize = 0; i < rows; i++)
                for (let j: usize = 0; j < columns; j++) {
                  const q = cp + i * stride + (j << 2), t = f32.load(edge + ((i * NR + j) << 2));
                  f32.store(q, adding ? f32.load(q) + t : t);
                }
            }
          }
        }
      }
    }
  }
}

/** Rows begin … end of C (or its columns, where `byColumns`): A is m × k, B is k × n, C is m × n and dense. */
export function gemm(
  begin: usize, end: usize, scratch: usize,
  byColumns: bool, m: usize, n: usize, k: usize,
  a: usize, aRow: usize, aColumn: usize,
  b: usize, bRow: usize, bColumn: usize,
  c: usize, accumulate: bool,
): void {
  if (k == 0) {
    if (accumulate) return;
    if (byColumns) for (let i: usize = 0; i < m; i++) memory.fill(c + ((i * n + begin) << 2), 0, (end - begin) << 2);
    else memory.fill(c + ((begin * n) << 2), 0, ((end - begin) * n) << 2);
  } else if (byColumns) {
    block(m, end - begin, k, a, aRow, aColumn, b + ((begin * bColumn) << 2), bRow, bColumn, c + (begin << 2), n, accumulate, scratch);
  } else {
    block(end - begin, n, k, a + ((begin * aRow) << 2), aRow, aColumn, b, bRow, bColumn, c + ((begin * n) << 2), n, accumulate, scratch);
  }
}
