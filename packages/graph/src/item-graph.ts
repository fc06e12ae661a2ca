import {
  type Csr,
  nonNegative,
  OptionError,
  oneOf,
  type Rules,
  resolveOptions,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite } from "./bipartite.ts";
import { CsrRows } from "./csr-rows.ts";
import { Strongest } from "./strongest.ts";

export interface ItemGraphOptions {
  /**
   * The weight of the edge of two items with n and m of the N users, c of them the same: "count" is c, "cosine" is c / (√(n m) + shrinkage), "jaccard" is
   * c / (n + m − c + shrinkage). "pmi" is ln(c N / (n m)), where that is above 0: items that are not more often together than by chance have no edge (positive
   * pointwise mutual information; Levy and Goldberg, NIPS 2014). Users without items are not among the N. Default "count".
   */
  weight?: "count" | "cosine" | "jaccard" | "pmi";
  /** Pulls cosines and Jaccard indices that few users attest towards 0. Default 0. */
  shrinkage?: number;
  /** Keep so many of each item's strongest edges, equal ones by lower item; the graph is then directed. Default 0: all. */
  neighbours?: number;
}

const RULES: Rules<ItemGraphOptions> = {
  weight: oneOf(["count", "cosine", "jaccard", "pmi"], "count"),
  shrinkage: nonNegative(0),
  neighbours: wholeNumber(0),
};

/** Multiply-adds between two reports of progress: a few milliseconds. */
const WORK = 1 << 20;

/**
 * Which items have users (or baskets) in common: node i is item i, there are no self loops, and with all edges kept it is symmetric. A user counts once for a
 * pair, however often they came. Time grows with the sum of the squared lengths of the users' histories; memory, beside the result, with the data.
 * @throws OptionError for an unknown or ill-formed option
 * @throws MemoryError when the edges do not fit an array
 */
export function itemGraph(data: Interactions, options: ItemGraphOptions = {}): Csr {
  const steps = itemGraphSteps(data, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The same in steps of a few milliseconds, for those who have other things to do in between. Yields the share that is done, 0 … 1; returns the graph.
 * @throws OptionError before the first step, and MemoryError, as `itemGraph`
 */
export function itemGraphSteps(
  data: Interactions,
  options: ItemGraphOptions = {},
): Generator<number, Csr, void> {
  const resolved = resolveOptions("itemGraph", options, RULES);
  if ((resolved.weight === "count" || resolved.weight === "pmi") && resolved.shrinkage > 0)
    throw new OptionError(
      "itemGraph",
      "shrinkage",
      `must be 0 when weight is "${resolved.weight}"; it shrinks "cosine" and "jaccard"`,
    );
  return steps(data, resolved);
}

function* steps(
  data: Interactions,
  { weight, shrinkage, neighbours }: Required<ItemGraphOptions>,
): Generator<number, Csr, void> {
  const users = data.users.size;
  const items = data.items.size;
  const { offsets, indices } = bipartite(data);
  const popularity = Float64Array.from(
    { length: items },
    (_, i) => offsets[users + i + 1] - offsets[users + i],
  );
  let baskets = 0;
  for (let user = 0; user < users; user++) if (offsets[user + 1] > offsets[user]) baskets++;
  const rows = new CsrRows(items, items);
  const strongest = new Strongest(neighbours === 0 ? items : neighbours);
  const common = new Uint32Array(items); // users in common with item i, and 0 again before the next item
  const touched = new Uint32Array(items); // the items of which that is not 0
  const weights = new Float32Array(items);

  let work = 0;
  for (let i = 0; i < items; i++) {
    let size = 0;
    common[i] = 1; // never touched, so no self loop
    for (let a = offsets[users + i]; a < offsets[users + i + 1]; a++) {
      const user = indices[a];
      const end = offsets[user + 1];
      for (let b = offsets[user]; b < end; b++) {
        const j = indices[b] - users;
        if (common[j]++ === 0) touched[size++] = j;
      }
      work += end - offsets[user];
    }
    const n = popularity[i];
    let kept = 0;
    for (let t = 0; t < size; t++) {
      const j = touched[t];
      const c = common[j];
      if (weight === "cosine") weights[j] = c / (Math.sqrt(n * popularity[j]) + shrinkage);
      else if (weight === "jaccard") weights[j] = c / (n + popularity[j] - c + shrinkage);
      else if (weight === "pmi") weights[j] = Math.log((c * baskets) / (n * popularity[j]));
      else weights[j] = c;
      common[j] = 0;
      if (weights[j] > 0) touched[kept++] = j;
    }
    common[i] = 0;
    rows.add(strongest.of(touched.subarray(0, kept), weights), weights);
    if (work >= WORK) {
      work = 0;
      yield (i + 1) / items;
    }
  }
  return rows.take();
}
