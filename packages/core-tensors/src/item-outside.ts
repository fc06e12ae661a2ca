/** The item of rank r, counted from 0, among those that are not in the ascending list items[lo … hi): a draw of the rank is a draw among them, and nothing is rejected. */
export function itemOutside(items: Uint32Array, lo: number, hi: number, r: number): number {
  let [a, b] = [lo, hi];
  while (a < b) {
    const mid = (a + b) >>> 1;
    if (items[mid] - (mid - lo) > r) b = mid;
    else a = mid + 1;
  }
  return r + (a - lo);
}
