import { HeapIndices, KithError, kernels, type Rng, type Triples } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/**
 * Draws the training triples (user, liked item, unseen item) of BPR and LightGCN: the user uniformly among those with interactions, the liked
 * item uniformly among that user's, the unseen item uniformly among the others (He et al. 2020, the authors' sampler). A draw is a function
 * of (stream, epoch, position), so threads draw parts of an epoch and the result is the same.
 */
export class TripleSampler {
  /** Triples in an epoch: one for each distinct pair. */
  readonly length: number;
  readonly #rng: Rng;
  readonly #itemCount: number;
  readonly #users: HeapIndices;
  readonly #offsets: HeapIndices;
  readonly #items: HeapIndices;
  readonly #out: readonly [HeapIndices, HeapIndices, HeapIndices];

  /**
   * @param rng a stream of its own for the sampler
   * @throws KithError when there is no user who has seen some items but not all
   */
  constructor(data: Interactions, rng: Rng) {
    this.#rng = rng;
    const { offsets, items } = data.byUser();
    this.#itemCount = data.items.size;
    const drawable = Uint32Array.from({ length: data.users.size }, (_, user) => user).filter(
      (user) => {
        const seen = offsets[user + 1] - offsets[user];
        return seen > 0 && seen < this.#itemCount;
      },
    );
    if (drawable.length === 0)
      throw new KithError(
        `sampling: no triple can be drawn, because none of the ${data.users.size} users has seen some of the ${data.items.size} items but not all; at least two items and one such user are needed`,
      );
    this.length = items.length;
    this.#users = new HeapIndices(drawable);
    this.#offsets = new HeapIndices(offsets);
    this.#items = new HeapIndices(items);
    this.#out = [
      new HeapIndices(this.length),
      new HeapIndices(this.length),
      new HeapIndices(this.length),
    ];
  }

  /** All triples of an epoch, in the order of training: copies, because training makes the heap grow. */
  epoch(epoch: number): Triples {
    const { sampleTriples } = kernels(); // first, as it may allocate: views of the heap come after
    const [users, liked, unseen] = this.#out.map((indices) => indices.data);
    const source = {
      users: this.#users.data,
      offsets: this.#offsets.data,
      items: this.#items.data,
      itemCount: this.#itemCount,
    };
    sampleTriples({ users, liked, unseen }, source, this.#rng.fork(epoch).key);
    return { users: users.slice(), liked: liked.slice(), unseen: unseen.slice() };
  }

  /** Frees its memory on the heap. */
  dispose(): void {
    for (const indices of [this.#users, this.#offsets, this.#items, ...this.#out])
      indices.dispose();
  }
}
