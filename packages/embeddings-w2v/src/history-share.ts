import type { Tensor } from "@kith/core-tensors";

/**
 * The c with which histories resemble their owners best: it minimises Σᵤ ‖u − c hᵤ‖², hᵤ = 1/√n Σ of the vectors of user u's n items. 1 where none is
 * positive, since then histories say nothing.
 * @param historyOf the items of a user, by dense numbers
 */
export function historyShare(
  users: Tensor,
  items: Tensor,
  historyOf: (user: number) => Uint32Array,
): number {
  const { columns: dim } = items;
  const [u, v] = [users.data, items.data];
  const h = new Float64Array(dim);
  let [along, squares] = [0, 0];
  for (let user = 0; user < users.rows; user++) {
    const history = historyOf(user);
    if (history.length === 0) continue;
    h.fill(0);
    for (const item of history) for (let d = 0; d < dim; d++) h[d] += v[item * dim + d];
    const root = Math.sqrt(history.length);
    for (let d = 0; d < dim; d++) {
      along += (u[user * dim + d] * h[d]) / root;
      squares += (h[d] * h[d]) / history.length;
    }
  }
  return along > 0 && squares > 0 ? along / squares : 1;
}
