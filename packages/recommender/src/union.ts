/** The ascending union of two ascending lists. */
export function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return Uint32Array.from(new Set([...a, ...b])).sort();
}
