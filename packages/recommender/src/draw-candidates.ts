import { checkNames, KithError, OptionError, Rng } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import { checkInteractions } from "./check-interactions.ts";
import type { CandidateRow } from "./evaluate-candidates.ts";

export interface DrawCandidatesOptions {
  /** Items drawn for each row. Default 99. */
  readonly count?: number;
  /** More interactions whose items are not drawn for their users, such as the validation part. */
  readonly exclude?: Interactions | undefined;
  /** Same seed and data, same candidates. Default 42. */
  readonly seed?: number;
}

/**
 * For each held-out pair different items, drawn uniformly from the catalogue of the training data, that its user has neither there nor in the test data.
 * @throws OptionError for an unknown or ill-formed option
 * @throws KithError where a user has nearly everything, so that there are not as many
 */
export function drawCandidates(
  train: Interactions,
  test: Interactions,
  options: DrawCandidatesOptions = {},
): CandidateRow[] {
  const owner = "drawCandidates";
  checkNames(owner, options, ["count", "exclude", "seed"]);
  const { count = 99, exclude, seed = 42 } = options;
  if (!(Number.isInteger(count) && count >= 1))
    throw new OptionError(owner, "count", `must be a whole number of at least 1, got ${count}`);
  checkInteractions(owner, "train", train);
  checkInteractions(owner, "test", test);
  const parts = [train, test, ...(exclude ? [exclude] : [])];
  const rng = new Rng(seed).fork("candidates");
  const rows: CandidateRow[] = [];
  for (let u = 0; u < test.users.size; u++) {
    const items = test.itemsOf(u);
    if (items.length === 0) continue;
    const user = test.users.id(u);
    const had = new Set(parts.flatMap((part) => itemsOf(part, user, train)));
    const free = train.items.size - had.size;
    if (free < count)
      throw new KithError(
        `${owner}: user ${JSON.stringify(user)} lacks only ${free} of ${train.items.size} items, of which ${count} cannot be drawn; draw fewer`,
      );
    for (const item of items)
      rows.push({
        user,
        item: test.items.id(item),
        candidates: drawn(train, had, free, count, rng),
      });
  }
  return rows;
}

/** The items of a user, as numbers of the training data, which may not know all. */
function itemsOf(part: Interactions, user: Id, train: Interactions): number[] {
  const index = part.users.indexOf(user);
  if (index < 0) return [];
  return Array.from(part.itemsOf(index), (item) => train.items.indexOf(part.items.id(item))).filter(
    (item) => item >= 0,
  );
}

function drawn(
  { items }: Interactions,
  had: ReadonlySet<number>,
  free: number,
  count: number,
  rng: Rng,
): Id[] {
  const chosen = new Set<number>();
  if (free < 2 * count) {
    const all = Uint32Array.from({ length: items.size }, (_, item) => item);
    for (const item of rng.shuffle(all.filter((item) => !had.has(item))).subarray(0, count))
      chosen.add(item);
  }
  while (chosen.size < count) {
    const item = rng.below(items.size);
    if (!had.has(item)) chosen.add(item);
  }
  return Array.from(chosen, (item) => items.id(item));
}
