import { type Csr, OptionError } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

export interface BipartiteOptions {
  /**
   * How much each type of interaction counts, by its name: finite, at least 0. The weight of a pair is the sum over the types that it has, each once however often
   * it occurred; a pair whose types all weigh 0 is no edge. Without them every pair weighs 1, whatever its types.
   */
  readonly typeWeights?: Readonly<Record<string, number>> | undefined;
}

/**
 * The undirected graph of users and items: node u is user u, node users + i is item i, one edge in both directions for each distinct pair, however often it
 * occurred. Nodes without interactions have empty rows. Linear time.
 * @throws OptionError for weights of types where interactions have none, a type without a weight or a weight without a type, and an impossible weight
 */
export function bipartite(data: Interactions, { typeWeights }: BipartiteOptions = {}): Csr {
  const weights = typeWeights && pairWeights(data, typeWeights);
  const { offsets: userOffsets, items } = data.byUser();
  const users = data.users.size;
  const nodes = users + data.items.size;
  const isEdge = (k: number) => weights === undefined || weights[k] > 0;

  const offsets = new Uint32Array(nodes + 1);
  for (let user = 0; user < users; user++)
    for (let k = userOffsets[user]; k < userOffsets[user + 1]; k++)
      if (isEdge(k)) {
        offsets[user + 1]++;
        offsets[users + items[k] + 1]++;
      }
  for (let node = 0; node < nodes; node++) offsets[node + 1] += offsets[node];

  const indices = new Uint32Array(offsets[nodes]);
  const values = new Float32Array(offsets[nodes]).fill(1);
  const next = offsets.slice(users, nodes);
  for (let user = 0, at = 0; user < users; user++)
    for (let k = userOffsets[user]; k < userOffsets[user + 1]; k++) {
      if (!isEdge(k)) continue;
      const back = next[items[k]]++;
      if (weights) values[at] = values[back] = weights[k];
      indices[at++] = users + items[k];
      indices[back] = user;
    }
  return { rows: nodes, columns: nodes, offsets, indices, values };
}

/** The weight of each pair of `data.byUser()`. */
function pairWeights(
  data: Interactions,
  typeWeights: Readonly<Record<string, number>>,
): Float32Array {
  const { offsets, items } = data.byUser();
  const weights = new Float32Array(items.length);
  for (const [name, weight] of checked(data, typeWeights)) {
    const ofType = data.ofTypes([name]).byUser();
    // Both ascend in each user's row.
    for (let user = 0; user < data.users.size; user++)
      for (let k = ofType.offsets[user], at = offsets[user]; k < ofType.offsets[user + 1]; k++) {
        while (items[at] < ofType.items[k]) at++;
        weights[at] += weight;
      }
  }
  return weights;
}

/** The types of the data with their weights. */
function checked(
  { types }: Interactions,
  typeWeights: Readonly<Record<string, number>>,
): [type: string | number, weight: number][] {
  const refuse = (what: string) => new OptionError("bipartite", "typeWeights", what);
  if (!types)
    throw refuse(
      "needs interactions with types, and these have none; readers take them from a column (typeColumn)",
    );
  const named = types.ids().map((type): [string | number, number] => [type, typeWeights[type]]);
  const list = types.ids().join(", ");
  for (const [type, weight] of named) {
    if (weight === undefined)
      throw refuse(`must have a weight for each type (${list}), got none for ${type}`);
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw refuse(`must be finite and at least 0, got ${weight} for ${type}`);
  }
  for (const name of Object.keys(typeWeights))
    if (!named.some(([type]) => String(type) === name))
      throw refuse(`must name types that there are (${list}), got ${name}`);
  return named;
}
