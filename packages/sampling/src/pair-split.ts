import {
  fraction,
  KithError,
  OptionError,
  oneOf,
  Rng,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { KnownEdges } from "./known-edges.ts";
import { labelledPairs } from "./non-pairs.ts";

export interface SplitPairsOptions {
  /** "pairs" holds pairs out at random; "items" holds items out with all their pairs, so that training has never seen them. Default "pairs". */
  by?: "pairs" | "items";
  /** The share of the pairs for test. Default 0.2. */
  test?: number;
  /** The share for validation; 0 for none. Default 0. */
  validation?: number;
  /** Same seed and pairs, same split. Default 42. */
  seed?: number;
}

/** Pairs divided into what is learned from and what is asked for. All parts have the vocabularies of the whole; `train.compact()` forgets the items that were held out. */
export interface PairSplit {
  readonly train: ItemPairs;
  /** Labelled pairs, as `test`. */
  readonly validation?: ItemPairs;
  /** The held-out pairs with label 1, and for each of them a pair that is not there with label 0. */
  readonly test: ItemPairs;
  /** Items that were held out with all their pairs: none unless by "items". */
  readonly heldOutItems: number;
}

const RULES: Rules<SplitPairsOptions> = {
  by: oneOf(["pairs", "items"], "pairs"),
  test: fraction(0.2),
  validation: fraction(0),
  seed: { default: 42, wanted: "a finite number", accepts: Number.isFinite },
};

const TRAIN = 0;
const TEST = 1;
const VALIDATION = 2;

/**
 * Divides pairs of items for link prediction: held-out pairs against as many that are not there.
 *
 * - "pairs": a random share of the pairs
 * - "items": the pairs of random items make up half of that share, pairs of the other items the rest
 *
 * A pair that is there twice, in either order or in two relations, goes into one part as a whole; an item paired with itself stays in train. The ends of a
 * pair that is not there are drawn uniformly, a held-out item in the place of a held-out one: whether an item is known says nothing about the label.
 * @param pairs without labels
 * @throws OptionError for an unknown or ill-formed option, or shares that leave nothing to train on
 * @throws KithError for pairs with labels, or when a part would be empty, or nearly all pairs that there could be are there
 */
export function splitPairs(pairs: ItemPairs, options: SplitPairsOptions = {}): PairSplit {
  const { by, test, validation, seed } = resolveOptions("splitPairs", options, RULES);
  if (test + validation >= 1)
    throw new OptionError(
      "splitPairs",
      "validation",
      `and "test" must leave something to train on`,
    );
  if (pairs.label)
    throw new KithError(
      "splitPairs: expected pairs without labels; these have some, so they are divided already",
    );
  const edges = new KnownEdges(pairs);
  const rng = new Rng(seed).fork("split pairs");
  const wanted = [0, edges.count * test, edges.count * validation];
  const classes = new Uint8Array(pairs.items.size).fill(TRAIN); // of items
  const parts = new Uint8Array(edges.count).fill(TRAIN); // of distinct pairs
  const held = [0, 0, 0];
  if (by === "items") holdItemsOut(edges, wanted, rng.fork("items"), { classes, parts, held });
  holdPairsOut(wanted, rng.fork("pairs"), { parts, held });

  const partOf = new Uint8Array(pairs.length); // by row
  for (let row = 0; row < pairs.length; row++) {
    const edge = edges.of(pairs.source[row], pairs.target[row]);
    partOf[row] = edge < 0 ? TRAIN : parts[edge];
  }
  const rowsOf = (part: number) => pairs.select((row) => partOf[row] === part);
  const asked = (part: number, name: string) => {
    const rows = checked(rowsOf(part), name);
    return labelledPairs(rows, edges, classes, rng.fork(name));
  };
  return {
    train: checked(rowsOf(TRAIN), "train"),
    ...(validation > 0 && { validation: asked(VALIDATION, "validation") }),
    test: asked(TEST, "test"),
    heldOutItems: classes.reduce((sum, part) => sum + Number(part !== TRAIN), 0),
  };
}

/** Where the pairs and items go, in the making. */
interface Parts {
  /** By distinct pair. */
  readonly parts: Uint8Array;
  /** Distinct pairs in each part but train. */
  readonly held: number[];
}

/** Holds items out until their pairs are half of each part: those that would make it more, such as the most popular ones, are passed over. */
function holdItemsOut(
  edges: KnownEdges,
  wanted: readonly number[],
  rng: Rng,
  { classes, parts, held }: Parts & { readonly classes: Uint8Array },
): void {
  const order = rng.shuffle(Uint32Array.from(classes, (_, item) => item));
  for (const part of [TEST, VALIDATION]) {
    const quota = wanted[part] / 2;
    for (const item of order) {
      if (held[part] >= quota) break;
      if (classes[item] !== TRAIN) continue;
      const own = edges.touching(item);
      const free = own.filter((edge) => parts[edge] === TRAIN);
      if (free.length === 0 || held[part] + free.length > quota) continue;
      classes[item] = part;
      for (const edge of free) parts[edge] = part;
      held[part] += free.length;
    }
    if (quota > 0 && held[part] === 0)
      throw new KithError(
        `splitPairs: no item has as few as ${Math.floor(quota)} of the ${edges.count} pairs, so none can be held out; split by "pairs"`,
      );
  }
}

/** Fills the parts up with pairs at random. */
function holdPairsOut(wanted: readonly number[], rng: Rng, { parts, held }: Parts): void {
  const order = rng.shuffle(Uint32Array.from(parts, (_, edge) => edge));
  let part = TEST;
  for (const edge of order) {
    while (part <= VALIDATION && held[part] >= Math.round(wanted[part])) part++;
    if (part > VALIDATION) break;
    if (parts[edge] !== TRAIN) continue;
    parts[edge] = part;
    held[part]++;
  }
}

function checked(part: ItemPairs, name: string): ItemPairs {
  if (part.length > 0) return part;
  throw new KithError(`splitPairs: no pair would be in ${name}; there are too few pairs`);
}
