// The best k columns of each row of scores, without ever holding more scores than a tile.
import { packA, packB, tile } from "./gemm";
import { fma } from "./simd";

const NONE: u32 = 0xffffffff;

// A row's best so far is a binary heap of (score, item), the worst at the root: lowest score, of equal ones the highest id.
@inline function worse(s: f32, i: u32, t: f32, j: u32): bool {
  return s < t || (s == t && i > j);
}

function sink(scores: usize, items: usize, size: usize, s: f32, i: u32): void {
  let at: usize = 0;
  for (;;) {
    let child: usize = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && worse(
      f32.load(scores + ((child + 1) << 2)), load<u32>(items + ((child + 1) << 2)),
      f32.load(scores + (child << 2)), load<u32>(items + (child << 2)),
    )) child++;
    const cs = f32.load(scores + (child << 2)), ci = load<u32>(items + (child << 2));
    if (!worse(cs, ci, s, i)) break;
    f32.store(scores + (at << 2), cs);
    store<u32>(items + (at << 2), ci);
    at = child;
  }
  f32.store(scores + (at << 2), s);
  store<u32>(items + (at << 2), i);
}

@inline function clear(scores: usize, items: usize, k: usize): void {
  for (let j: usize = 0; j < k; j++) {
    f32.store(scores + (j << 2), -Infinity);
    store<u32>(items + (j << 2), NONE);
  }
}

/** Offers row[0 … n), which are items first, first + 1 …; ids ascend from call to call, so ties keep the lower. */
@inline function offer(row: usize, n: usize, first: u32, scores: usize, items: usize, k: usize): void {
  let j: usize = 0;
  let floor = f32.load(scores), f = f32x4.splat(floor);
  for (; j + 16 <= n; j += 16) {
    const p = row + (j << 2);
    const any = v128.or(
      v128.or(f32x4.gt(v128.load(p), f), f32x4.gt(v128.load(p, 16), f)),
      v128.or(f32x4.gt(v128.load(p, 32), f), f32x4.gt(v128.load(p, 48), f)),
    );
    if (!v128.any_true(any)) continue;
    for (let t = j; t < j + 16; t++) {
      const s = f32.load(row + (t << 2));
      if (s > floor) {
        sink(scores, items, k, s, first + <u32>t);
        floor = f32.load(scores);
      }
    }
    f = f32x4.splat(floor);
  }
  for (; j < n; j++) {
    const s = f32.load(row + (j << 2));
    if (s > floor) {
      sink(scores, items, k, s, first + <u32>j);
      floor = f32.load(scores);
    }
  }
}

/** Heap order to best first. */
function sortBest(scores: usize, items: usize, k: usize): void {
  for (let size = k; size > 1; size--) {
    const last = (size - 1) << 2;
    const s = f32.load(scores + last), i = load<u32>(items + last);
    f32.store(scores + last, f32.load(scores));
    store<u32>(items + last, load<u32>(items));
    sink(scores, items, size - 1, s, i);
  }
}

/** Sets the masked items of [first, first + n) to −∞; `at` walks the ascending list; returns where it stopped. */
@inline function mask(row: usize, n: usize, first: u32, list: usize, at: u32, end: u32): u32 {
  while (at < end) {
    const item = load<u32>(list + (<usize>at << 2));
    if (item >= first + <u32>n) break;
    f32.store(row + (<usize>(item - first) << 2), -Infinity);
    at++;
  }
  return at;
}

/** Panels begin … end (of 8 items each) of the item matrix [items, dim], packed for scoreTopK. */
export function packItems(begin: usize, end: usize, scratch: usize, itemCount: usize, dim: usize, items: usize, packed: usize): void {
  const from = begin * 8, to = min(end * 8, itemCount);
  packB(items + ((from * dim) << 2), 1, dim, dim, to - from, packed + ((from * dim) << 2));
}

/**
 * scores[j] = query · items[j] for j in begin … end: for one query, where packing the items would cost more than the products. Sums are in the order of `tile`'s,
 * so that they have the same bits.
 */
export function scoreOne(begin: usize, end: usize, scratch: usize, query: usize, dim: usize, items: usize, itemCount: usize, scores: usize): void {
  const bytes = dim << 2;
  for (let j = begin; j < end; j += 4) {
    const p0 = items + j * bytes, last = items + (itemCount - 1) * bytes;
    const p1 = min(p0 + bytes, last), p2 = min(p0 + 2 * bytes, last), p3 = min(p0 + 3 * bytes, last);
    let sum = f32x4.splat(0);
    let o: usize = 0;
    for (; o + 16 <= bytes; o += 16) {
      const a = v128.load(p0 + o), b = v128.load(p1 + o), c = v128.load(p2 + o), d = v128.load(p3 + o);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      sum = fma(v128.load32_splat(query + o), v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5), sum);
      sum = fma(v128.load32_splat(query + o, 4), v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), sum);
      sum = fma(v128.load32_splat(query + o, 8), v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), sum);
      sum = fma(v128.load32_splat(query + o, 12), v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), sum);
    }
    for (; o < bytes; o += 4) {
      let x = v128.load32_zero(p0 + o);
      x = f32x4.replace_lane(x, 1, f32.load(p1 + o));
      x = f32x4.replace_lane(x, 2, f32.load(p2 + o));
      x = f32x4.replace_lane(x, 3, f32.load(p3 + o));
      sum = fma(v128.load32_splat(query + o), x, sum);
    }
    const q = scores + (j << 2);
    if (j + 4 <= end) v128.store(q, sum);
    else {
      f32.store(q, f32x4.extract_lane(sum, 0));
      if (j + 1 < end) f32.store(q, f32x4.extract_lane(sum, 1), 4);
      if (j + 2 < end) f32.store(q, f32x4.extract_lane(sum, 2), 8);
    }
  }
}

/**
 * For rows begin … end of queries [·, dim]: the k items with the highest dot product that are not in the row's ascending
 * list maskItems[maskOffsets[r] … maskOffsets[r + 1]). Fewer than k: filled with item 2³² − 1 and score −∞.
 */
export function scoreTopK(
  begin: usize, end: usize, scratch: usize,
  queries: usize, dim: usize, packed: usize, itemCount: usize,
  maskOffsets: usize, maskItems: usize, k: usize, outItems: usize, outScores: usize,
): void {
  const ROWS: usize = 48, COLUMNS: usize = 512;
  const scores = scratch, cursors = scores + ((ROWS * COLUMNS) << 2), panel = cursors + (ROWS << 2);
  for (let r0 = begin; r0 < end; r0 += ROWS) {
    const rows = min(ROWS, end - r0);
    packA(queries + ((r0 * dim) << 2), dim, 1, rows, dim, panel);
    for (let r: usize = 0; r < rows; r++) {
      store<u32>(cursors + (r << 2), load<u32>(maskOffsets + ((r0 + r) << 2)));
      clear(outScores + (((r0 + r) * k) << 2), outItems + (((r0 + r) * k) << 2), k);
    }
    for (let c0: usize = 0; c0 < itemCount; c0 += COLUMNS) {
      const columns = min(COLUMNS, itemCount - c0);
      for (let j: usize = 0; j < columns; j += 8)
        for (let i: usize = 0; i < rows; i += 6)
          tile(dim, panel + ((i * dim) << 2), packed + (((c0 + j) * dim) << 2), scores + ((i * COLUMNS + j) << 2), COLUMNS << 2, false);
      for (let r: usize = 0; r < rows; r++) {
        const row = scores + ((r * COLUMNS) << 2), o = ((r0 + r) * k) << 2;
        store<u32>(cursors + (r << 2), mask(row, columns, <u32>c0, maskItems, load<u32>(cursors + (r << 2)), load<u32>(maskOffsets + ((r0 + r) << 2), 4)));
        offer(row, columns, <u32>c0, outScores + o, outItems + o, k);
      }
    }
    for (let r: usize = 0; r < rows; r++) sortBest(outScores + (((r0 + r) * k) << 2), outItems + (((r0 + r) * k) << 2), k);
  }
}

/** The same for scores [·, columns] that are there already; the masked ones are overwritten with −∞. */
export function topK(begin: usize, end: usize, scratch: usize, scores: usize, columns: usize, maskOffsets: usize, maskItems: usize, k: usize, outItems: usize, outScores: usize): void {
  for (let r = begin; r < end; r++) {
    const row = scores + ((r * columns) << 2), o = (r * k) << 2;
    clear(outScores + o, outItems + o, k);
    mask(row, columns, 0, maskItems, load<u32>(maskOffsets + (r << 2)), load<u32>(maskOffsets + (r << 2), 4));
    offer(row, columns, 0, outScores + o, outItems + o, k);
    sortBest(outScores + o, outItems + o, k);
  }
}
