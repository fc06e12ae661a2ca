import { FormatError, type Rule, type Rules } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/** What is recommended, of data with several types of interaction. */
export interface TargetOptions {
  /** The types whose items are to be recommended, such as "purchase": those are learned to rank, and count as seen. Default []: all. */
  targetTypes?: readonly string[];
}

/** Several types of interaction in one graph. */
export interface TypeOptions extends TargetOptions {
  /**
   * How much each type counts in the graph, such as { view: 0.2, purchase: 1 }: a pair weighs the sum over its types, and is no edge where that is 0. Default {}: every
   * pair weighs 1, whatever its types.
   */
  typeWeights?: Readonly<Record<string, number>>;
}

const targetTypes: Rule<readonly string[]> = {
  default: [],
  wanted: "a list of names of types",
  accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
};

const typeWeights: Rule<Readonly<Record<string, number>>> = {
  default: {},
  wanted: "an object of types and their weights, finite and at least 0",
  accepts: (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((weight) => Number.isFinite(weight) && weight >= 0),
};

export const targetRules: Rules<TargetOptions> = { targetTypes };
export const typeRules: Rules<TypeOptions> = { targetTypes, typeWeights };

/** What `bipartite` takes: weights where there are any. */
export function edgeWeights(
  weights: Readonly<Record<string, number>>,
): { readonly typeWeights: Readonly<Record<string, number>> } | undefined {
  return Object.keys(weights).length > 0 ? { typeWeights: weights } : undefined;
}

/**
 * The interactions that are learned to rank.
 * @throws FormatError naming a type that the data do not have, and when none of the interactions is of these types
 */
export function targetsOf(
  owner: string,
  data: Interactions,
  types: readonly string[],
): Interactions {
  if (types.length === 0) return data;
  const targets = data.ofTypes(types);
  if (targets.length === 0)
    throw new FormatError(
      `${owner}: expected interactions of type ${types.join(" or ")} to learn from, got none`,
    );
  return targets;
}
