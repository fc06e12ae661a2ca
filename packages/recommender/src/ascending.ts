/** Whether numbers ascend without repeats and stay below a bound. */
export function isAscending(numbers: Uint32Array, bound: number): boolean {
  for (let n = 1; n < numbers.length; n++) if (numbers[n] <= numbers[n - 1]) return false;
  return numbers.length === 0 || numbers[numbers.length - 1] < bound;
}
