// Steps of inverting a symmetric positive definite matrix in place, in float64: its lower triangle in tiles of 96 × 96.
import { fma64 } from "./simd";

const N: usize = 96, TILE: usize = N * N * 8; // rows of a tile, and its bytes
const MR: usize = 6, NR: usize = 4; // the register tile: 12 accumulators of 2 lanes

@inline function tileAt(tiles: usize, i: usize, j: usize): usize {
  return tiles + (((i * (i + 1)) >> 1) + j) * TILE;
}

/** Rows of a 96 × 96 tile [96][96] as panels [96 / width][96][width]. */
function pack(tile: usize, rowStep: usize, columnStep: usize, width: usize, out: usize): void {
  for (let r: usize = 0; r < N; r += width)
    for (let k: usize = 0; k < N; k++)
      for (let j: usize = 0; j < width; j++, out += 8) f64.store(out, f64.load(tile + (r + j) * rowStep + k * columnStep));
}

/** c = a bᵀ, or c −= a bᵀ, for one 6 × 4 tile from packed panels; c's rows are 96 numbers apart. Not inlined: alone, its accumulators all stay in registers. */
export function sweepTile(a: usize, b: usize, c: usize, subtract: bool): void {
  const zero = f64x2.splat(0);
  let c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
  let c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  for (let k: usize = 0; k < N; k++, a += MR << 3, b += NR << 3) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a); c00 = fma64(a0, b0, c00); c01 = fma64(a0, b1, c01);
    const a1 = v128.load64_splat(a, 8); c10 = fma64(a1, b0, c10); c11 = fma64(a1, b1, c11);
    const a2 = v128.load64_splat(a, 16); c20 = fma64(a2, b0, c20); c21 = fma64(a2, b1, c21);
    const a3 = v128.load64_splat(a, 24); c30 = fma64(a3, b0, c30); c31 = fma64(a3, b1, c31);
    const a4 = v128.load64_splat(a, 32); c40 = fma64(a4, b0, c40); c41 = fma64(a4, b1, c41);
    const a5 = v128.load64_splat(a, 40); c50 = fma64(a5, b0, c50); c51 = fma64(a5, b1, c51);
  }
  const row = N << 3, d = c + row, e = d + row, f = e + row, g = f + row, h = g + row;
  // One branch for all twelve, as in gemm.
  if (subtract) {
    take(c, c00, c01); take(d, c10, c11); take(e, c20, c21); take(f, c30, c31); take(g, c40, c41); take(h, c50, c51);
  } else {
    put(c, c00, c01); put(d, c10, c11); put(e, c20, c21); put(f, c30, c31); put(g, c40, c41); put(h, c50, c51);
  }
}

@inline function put(p: usize, x: v128, y: v128): void {
  v128.store(p, x);
  v128.store(p, y, 16);
}

@inline function take(p: usize, x: v128, y: v128): void {
  v128.store(p, f64x2.sub(v128.load(p), x));
  v128.store(p, f64x2.sub(v128.load(p, 16), y), 16);
}

@inline function multiplyTiles(a: usize, b: usize, c: usize, subtract: bool): void {
  for (let j: usize = 0; j < N; j += NR)
    for (let i: usize = 0; i < N; i += MR)
      sweepTile(a + ((i * N) << 3), b + ((j * N) << 3), c + ((i * N + j) << 3), subtract);
}

/**
 * For tile rows i in begin … end other than `pivot`: A[i] = A[i, pivot] as it was becomes panel i of `right`, A[i, pivot] D panel i of `left`, and A[i, pivot] D
 * takes its place. `inverse` is D, [96][96], symmetric.
 */
export function sweepPanels(begin: usize, end: usize, scratch: usize, tiles: usize, pivot: usize, inverse: usize, left: usize, right: usize): void {
  const packed = scratch, rows = packed + TILE, product = rows + TILE;
  const row = N << 3;
  pack(inverse, row, 8, NR, packed);
  for (let i = begin; i < end; i++) {
    if (i == pivot) continue;
    const below = i > pivot, tile = below ? tileAt(tiles, i, pivot) : tileAt(tiles, pivot, i);
    const rowStep: usize = below ? row : 8, columnStep: usize = below ? 8 : row;
    pack(tile, rowStep, columnStep, NR, right + i * TILE);
    pack(tile, rowStep, columnStep, MR, rows);
    multiplyTiles(rows, packed, product, false);
    for (let r: usize = 0; r < N; r++)
      for (let k: usize = 0; k < N; k++)
        f64.store(tile + r * rowStep + k * columnStep, f64.load(product + r * row + (k << 3)));
    pack(product, row, 8, MR, left + i * TILE);
  }
}

/** A[i, j] −= left[i] right[j]ᵀ for tiles first + begin … first + end, in the order of their rows, but those of the pivot's row and column. */
export function sweepTiles(begin: usize, end: usize, scratch: usize, tiles: usize, pivot: usize, left: usize, right: usize, first: usize): void {
  for (let t = first + begin; t < first + end; t++) {
    let i = <usize>((Math.sqrt(8 * <f64>t + 1) - 1) / 2);
    while ((i * (i + 1)) >> 1 > t) i--;
    while (((i + 1) * (i + 2)) >> 1 <= t) i++;
    const j = t - ((i * (i + 1)) >> 1);
    if (i != pivot && j != pivot) multiplyTiles(left + i * TILE, right + j * TILE, tiles + t * TILE, true);
  }
}
