import type { Csr } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/**
 * The undirected graph of users and items: node u is user u, node users + i is item i, one edge of weight 1 in both directions for each distinct
 * pair, however often it occurred. Nodes without interactions have empty rows. Linear time.
 */
export function bipartite(data: Interactions): Csr {
  const { offsets: userOffsets, items } = data.byUser();
  const users = data.users.size;
  const nodes = users + data.items.size;
  const edges = items.length;
  const offsets = new Uint32Array(nodes + 1);
  offsets.set(userOffsets);
  for (const item of items) offsets[users + item + 1]++;
  for (let node = users; node < nodes; node++) offsets[node + 1] += offsets[node];

  const indices = new Uint32Array(2 * edges);
  const next = offsets.slice(users, nodes);
  for (let user = 0; user < users; user++)
    for (let k = userOffsets[user]; k < userOffsets[user + 1]; k++) {
      indices[k] = users + items[k];
      indices[next[items[k]]++] = user;
    }
  return {
    rows: nodes,
    columns: nodes,
    offsets,
    indices,
    values: new Float32Array(2 * edges).fill(1),
  };
}
