import { Interactions } from "@kith/data";

/** How to call user or item n. */
export type Named = (n: number) => string;

/** As many users as items; user u has the items of its own colour but item u, which a model has to find. */
export function checkerboard(
  size: number,
  user: Named = (n) => `u${n}`,
  item: Named = (n) => `i${n}`,
): Interactions {
  const pairs: [string, string][] = [];
  for (let u = 0; u < size; u++)
    for (let i = u % 2; i < size; i += 2) if (i !== u) pairs.push([user(u), item(i)]);
  return Interactions.from(pairs);
}
