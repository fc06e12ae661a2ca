/** How often each item was clicked. Shape [items]. */
export function clicksOf(values: Uint32Array, items: number): Uint32Array<ArrayBuffer> {
  const clicks = new Uint32Array(items);
  for (const item of values) clicks[item]++;
  return clicks;
}

/** Popularity below 1, in its order: clicks / (1 + most clicks), which float32 tells apart where clicks / (1 + clicks) would not. */
export function shareOf(clicks: Uint32Array): Float32Array<ArrayBuffer> {
  let most = 0;
  for (const count of clicks) most = Math.max(most, count);
  return Float32Array.from(clicks, (count) => count / (1 + most));
}

/** Popularity below 0, in its order: where items stand of which a model knows nothing more, behind all that score above 0. */
export function behindOf(clicks: Uint32Array): Float32Array<ArrayBuffer> {
  return shareOf(clicks).map((share) => share - 1);
}
