import {
  FormatError,
  kernels,
  positive,
  type Rules,
  requireMemory,
  resolveOptions,
  SparseMatrix,
  SymmetricMatrix,
  Tensor,
  transpose,
} from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  checkK,
  type Epoch,
  historyRows,
  onePass,
  type Ranking,
  type Reason,
  type Scores,
  type StoredTensor,
  type Subject,
  type TensorReader,
  type TrainOptions,
  topK,
  UserItemRecommender,
  type UserQuery,
} from "@kith/recommender";

export interface EASEOptions {
  /** Weight of the L2 penalty, λ. Default 500. */
  regularization?: number;
}

/** Counts between two reports of progress: a few milliseconds. */
const WORK = 1 << 20;

/**
 * EASEᴿ, a linear autoencoder with a closed form (Steck, WWW 2019, https://arxiv.org/abs/1905.03375): each item is predicted from all others.
 *
 *   B = argmin ‖X − XB‖² + λ‖B‖² with diag B = 0      P = (XᵀX + λI)⁻¹      B_ij = −P_ij / P_jj      score(u, j) = Σ B_ij over the items i of u
 *
 * X is users × items, 1 where a user has an item. P is computed in float64. Time grows with the cube of the number of items and memory with its square, however
 * many users there are: 8 bytes for each pair of items while it learns, 4 afterwards.
 */
export class EASE extends UserItemRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<EASEOptions> = { regularization: positive(500) };
  readonly name = "EASE";
  readonly options: Readonly<Required<EASEOptions>>;
  /** [items, items]: B. */
  #weights: Tensor | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: EASEOptions = {}) {
    super();
    this.options = resolveOptions("EASE", options, EASE.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): EASE {
    return EASE.restore("EASE", file, (options) => new EASE(options));
  }

  /**
   * One epoch, without a loss (reported as 0).
   * @throws MemoryError beforehand, where there are too many items
   */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => this.#learn(data));
  }

  /** The items for which having this one speaks most: the largest weights of its row of B, which may be negative. */
  override similarItems(item: Id, k = 10): Ranking {
    const index = this.itemIndex(item);
    checkK("similarItems", k);
    const { data, columns: items } = this.#weights as Tensor;
    const others = Math.min(k, items - 1);
    if (others === 0) return { items: [], scores: new Float32Array() };
    const row = data.slice(index * items, (index + 1) * items);
    const scores = (): Scores => ({ kind: "all", values: Tensor.from(row, [1, items]) });
    const best = topK(scores, [Uint32Array.of(index)], others);
    return { items: Array.from(best.items, (i) => this.items.id(i)), scores: best.scores };
  }

  /** The history's items by their weights, which add up to the score; those that speak against the item come last. */
  override explain(query: UserQuery, item: Id): Reason[] {
    const { history } = this.subject(query);
    const index = this.itemIndex(item);
    const { data, columns: items } = this.#weights as Tensor;
    return Array.from(history, (liked) => ({
      item: this.items.id(liked),
      weight: data[liked * items + index],
    }))
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => b.weight - a.weight);
  }

  dispose(): void {
    this.#weights?.dispose();
    this.#weights = undefined;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const weights = this.#weights as Tensor;
    const items = weights.columns;
    const histories = subjects.map(({ history }) => history);
    const matrix = new SparseMatrix(
      historyRows(histories, items, () => 1),
      { scoped: true },
    );
    const values = Tensor.empty([subjects.length, items]);
    kernels().spmm(values.data, matrix, weights.data, items);
    return { kind: "all", values };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#weights && { "items.weights": this.#weights };
  }

  protected adoptTensors(tensors: TensorReader, _users: number, items: number): void {
    const { data } = tensors.float32("items.weights", [items, items]);
    if (!data.every(Number.isFinite))
      throw new FormatError("EASE.load: weights must be finite numbers");
    this.dispose();
    this.#weights = Tensor.parameter([items, items]);
    this.#weights.data.set(data);
  }

  *#learn(data: Interactions): Generator<number, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    const items = data.items.size;
    const size = items.toLocaleString("en-US");
    requireMemory(
      `EASE: a weight for each pair of ${size} items (leave rare ones out, kCore(data, { item }), --min-item, or take ItemKNN)`,
      SymmetricMatrix.bytes(items) + 4 * items ** 2,
    );
    const matrix = new SymmetricMatrix(items);
    let weights: Tensor | undefined;
    try {
      for (const done of this.#count(data, matrix)) yield done / 10;
      for (const done of matrix.invert()) yield 0.1 + 0.8 * done;
      weights = Tensor.parameter([items, items]);
      const inverses = Float64Array.from({ length: items }, (_, j) => -1 / matrix.get(j, j));
      const row = new Float64Array(items);
      for (let i = 0; i < items; i++) {
        matrix.row(i, row);
        const out = weights.data.subarray(i * items, (i + 1) * items);
        for (let j = 0; j < items; j++) out[j] = row[j] * inverses[j];
        out[i] = 0;
        if ((i * items) % WORK < items) yield 0.9 + (0.1 * i) / items;
      }
      this.learnVocabularies(data);
      this.dispose();
      this.#weights = weights;
      weights = undefined;
    } finally {
      matrix.dispose();
      weights?.dispose();
    }
  }

  /** XᵀX + λI: how many users two items have in common. */
  *#count(data: Interactions, matrix: SymmetricMatrix): Generator<number, void, void> {
    const { offsets, items: indices } = data.byUser();
    const [rows, columns] = [data.users.size, data.items.size];
    const values = new Float32Array(indices.length);
    const { offsets: ends, indices: users } = transpose({
      rows,
      columns,
      offsets,
      indices,
      values,
    });
    let work = 0;
    for (let i = 0; i < columns; i++) {
      const counts = new Float64Array(i + 1);
      for (let a = ends[i]; a < ends[i + 1]; a++) {
        let b = offsets[users[a]];
        for (; indices[b] < i; b++) counts[indices[b]]++;
        work += b - offsets[users[a]];
      }
      counts[i] = ends[i + 1] - ends[i] + this.options.regularization;
      matrix.setRow(i, counts);
      work += i;
      if (work < WORK) continue;
      work = 0;
      yield (i + 1) / columns;
    }
  }
}
