/** Picks the k nodes of the largest weights, equal ones by lower number: a heap of the best so far, its worst on top. */
export class Strongest {
  readonly #k: number;

  constructor(k: number) {
    this.#k = k;
  }

  /**
   * The chosen ones, ascending: a part of `nodes`, which is put in another order.
   * @param nodes distinct
   * @param weights by node
   */
  of(nodes: Uint32Array, weights: Float32Array): Uint32Array {
    const k = this.#k;
    if (nodes.length <= k) return nodes.sort();
    const heap = nodes.subarray(0, k);
    for (let at = (k >> 1) - 1; at >= 0; at--) sink(heap, at, weights);
    for (let n = k; n < nodes.length; n++) {
      if (!isWorse(heap[0], nodes[n], weights)) continue;
      heap[0] = nodes[n];
      sink(heap, 0, weights);
    }
    return heap.sort();
  }
}

function isWorse(a: number, b: number, weights: Float32Array): boolean {
  return weights[a] < weights[b] || (weights[a] === weights[b] && a > b);
}

/** Lets the node at a place sink until both below it are better. */
function sink(heap: Uint32Array, at: number, weights: Float32Array): void {
  const node = heap[at];
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isWorse(heap[child + 1], heap[child], weights)) child++;
    if (!isWorse(heap[child], node, weights)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = node;
}
