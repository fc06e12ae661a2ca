/** The largest float32. */
const LARGEST = 3.4028234663852886e38;

/** The place among `count` numbers from `from` on of the first that no finite float32 stands for, or `count`. */
export function firstNotFinite(numbers: ArrayLike<number>, from: number, count: number): number {
  let k = 0;
  while (k < count && numbers[from + k] >= -LARGEST && numbers[from + k] <= LARGEST) k++;
  return k;
}
