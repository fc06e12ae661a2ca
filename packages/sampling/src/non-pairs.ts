import { KithError, type Rng } from "@kith/core-tensors";
import { ItemPairs } from "@kith/data";
import type { KnownEdges } from "./known-edges.ts";

const ATTEMPTS = 1000;

/**
 * Pairs with label 1, and after them for each one that is not there, with label 0 and of the same relation. Weights are left away.
 * @param classes of the items: the ends of a pair are replaced by items of their own class, drawn uniformly
 * @throws KithError when no pair that is not there is found
 */
export function labelledPairs(
  pairs: ItemPairs,
  known: KnownEdges,
  classes: Uint8Array,
  rng: Rng,
): ItemPairs {
  const { items, source, target, relation, relations, length } = pairs;
  const members = membersOf(classes);
  const draw = (of: number) => {
    const own = members[classes[of]];
    return own[rng.below(own.length)];
  };
  const both = {
    source: twice(source),
    target: twice(target),
    label: new Uint8Array(2 * length).fill(1, 0, length),
    relation: relation && twice(relation),
  };
  for (let row = 0; row < length; row++) {
    let [a, b] = [0, 0];
    let attempts = 0;
    do {
      if (attempts++ === ATTEMPTS)
        throw new KithError(
          `splitPairs: ${ATTEMPTS} draws found no pair of items that is not there; nearly all there could be are there`,
        );
      a = draw(source[row]);
      b = draw(target[row]);
    } while (a === b || known.of(a, b) >= 0);
    both.source[length + row] = a;
    both.target[length + row] = b;
  }
  return ItemPairs.fromColumns({ items, relations, ...both });
}

/** The items of each class, ascending. */
function membersOf(classes: Uint8Array): readonly Uint32Array[] {
  const all = Uint32Array.from(classes, (_, item) => item);
  return [0, 1, 2].map((one) => all.filter((item) => classes[item] === one));
}

function twice(column: Uint32Array): Uint32Array {
  const both = new Uint32Array(2 * column.length);
  both.set(column);
  both.set(column, column.length);
  return both;
}
