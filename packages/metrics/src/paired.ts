import { checkFinite, checkSameLength } from "./check.ts";

/** a − b for two systems measured on the same users, checked. */
export function differences(who: string, a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  checkSameLength(who, ["values of a", a], ["values of b", b]);
  checkFinite(who, "values of a", a);
  checkFinite(who, "values of b", b);
  const d = new Float64Array(a.length);
  for (let i = 0; i < d.length; i++) d[i] = a[i] - b[i];
  return d;
}
