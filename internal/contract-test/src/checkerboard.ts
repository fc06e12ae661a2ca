import { type InteractionRow, Interactions } from "@kith/data";

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

/** How many items of the other colour a user of `ratedCheckerboard` has rated low. */
const LOW = 3;

/** The same of ratings: 5 of the own colour, and 1 of the next items of the other. */
export function ratedCheckerboard(size: number, user: Named, item: Named): Interactions {
  const rows: InteractionRow[] = [];
  for (let u = 0; u < size; u++) {
    for (let i = u % 2; i < size; i += 2)
      if (i !== u) rows.push({ user: user(u), item: item(i), value: 5 });
    for (let n = 0; n < LOW; n++)
      rows.push({ user: user(u), item: item((u + 1 + 2 * n) % size), value: 1 });
  }
  return Interactions.from(rows);
}
