/** Whether an ascending list has a number. */
export function includes(list: Uint32Array, number: number): boolean {
  let [lo, hi] = [0, list.length];
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (list[middle] < number) lo = middle + 1;
    else hi = middle;
  }
  return list[lo] === number;
}
