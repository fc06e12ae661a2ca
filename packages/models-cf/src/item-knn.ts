import {
  type Csr,
  FormatError,
  nonNegative,
  OptionError,
  positiveInteger,
  type Rules,
  resolveOptions,
  Tensor,
  transpose,
} from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import { itemGraphSteps } from "@kith/graph";
import {
  type Epoch,
  onePass,
  type Ranking,
  type Reason,
  type Scores,
  type StoredTensor,
  type Subject,
  type TensorReader,
  type TrainOptions,
  UserItemRecommender,
  type UserQuery,
} from "@kith/recommender";

export interface ItemKNNOptions {
  /** Items that each item keeps as its most similar ones, k. Default 100. */
  neighbours?: number;
  /** Pulls similarities that few users attest towards 0. Default 0, plain cosine, as published baselines are; sparse data gains from 20 to 100. */
  shrinkage?: number;
}

/**
 * Item-based nearest neighbours (Sarwar et al., WWW 2001, https://doi.org/10.1145/371920.372071) for a ranking of the best items
 * (Deshpande and Karypis, TOIS 2004, https://doi.org/10.1145/963770.963776), on the cosine of binary columns.
 *
 *   s(i, j) = |Uᵢ ∩ Uⱼ| / (√(|Uᵢ| |Uⱼ|) + shrinkage)      score(u, i) = Σ s(i, j) over the j in N(i) that u has
 *
 * Uᵢ are the distinct users of item i, N(i) the k items most similar to it, equal ones by position in `items`. The sum is over the neighbours of
 * the item that is scored (Sarwar's equation 5 without its denominator), not over those of the items in the history.
 */
export class ItemKNN extends UserItemRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<ItemKNNOptions> = {
    neighbours: positiveInteger(100),
    shrinkage: nonNegative(0),
  };
  readonly name = "ItemKNN";
  readonly options: Required<ItemKNNOptions>;
  /** Row i: N(i), ascending, and the similarities. */
  #neighbours: Csr | undefined;
  /** Its transpose. Row j: the items that have j among their neighbours, to which it can add. */
  #gainers: Csr | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: ItemKNNOptions = {}) {
    super();
    this.options = resolveOptions("ItemKNN", options, ItemKNN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): ItemKNN {
    return ItemKNN.restore("ItemKNN", file, (options) => new ItemKNN(options));
  }

  /** Counts; one epoch, without a loss (reported as 0). */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => this.#learn(data));
  }

  /** The item's neighbours: at most as many as the model keeps. */
  override similarItems(item: Id, k = 10): Ranking {
    const index = this.itemIndex(item);
    if (!(Number.isInteger(k) && k >= 1))
      throw new OptionError("similarItems", "k", `must be a whole number of at least 1, got ${k}`);
    const { offsets, indices, values } = this.#neighbours as Csr;
    const places = Array.from(
      { length: offsets[index + 1] - offsets[index] },
      (_, n) => offsets[index] + n,
    );
    places.sort((a, b) => values[b] - values[a] || indices[a] - indices[b]);
    const best = places.slice(0, k);
    return {
      items: best.map((place) => this.items.id(indices[place])),
      scores: Float32Array.from(best, (place) => values[place]),
    };
  }

  /** The history's items by their similarity to the item, those without any left out: the weights add up to the score. */
  override explain(query: UserQuery, item: Id): Reason[] {
    const { history } = this.subject(query);
    const index = this.itemIndex(item);
    const { offsets, indices, values } = this.#neighbours as Csr;
    const reasons: Reason[] = [];
    for (let n = offsets[index]; n < offsets[index + 1]; n++)
      if (history.includes(indices[n]))
        reasons.push({ item: this.items.id(indices[n]), weight: values[n] });
    return reasons.sort((a, b) => b.weight - a.weight);
  }

  *#learn(data: Interactions): Generator<number, void, void> {
    const neighbours = yield* itemGraphSteps(data, { weight: "cosine", ...this.options });
    this.learnVocabularies(data);
    this.#answerFrom(neighbours);
  }

  #answerFrom(neighbours: Csr): void {
    this.#neighbours = neighbours;
    this.#gainers = transpose(neighbours);
  }

  dispose(): void {
    this.#neighbours = undefined;
    this.#gainers = undefined;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const { rows: items, offsets, indices, values } = this.#gainers as Csr;
    const scores = Tensor.zeros([subjects.length, items]);
    const { data } = scores;
    const sums = new Float64Array(items); // in which the order of a history makes no difference
    const touched = new Uint32Array(items);
    subjects.forEach(({ history }, r) => {
      let size = 0;
      for (const liked of history)
        for (let k = offsets[liked]; k < offsets[liked + 1]; k++) {
          const item = indices[k];
          if (sums[item] === 0) touched[size++] = item;
          sums[item] += values[k];
        }
      for (let t = 0; t < size; t++) {
        data[r * items + touched[t]] = sums[touched[t]];
        sums[touched[t]] = 0;
      }
    });
    return { kind: "all", values: scores };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    if (!this.#neighbours) return undefined;
    const { offsets, indices, values } = this.#neighbours;
    return {
      "neighbours.offsets": { shape: [offsets.length], data: offsets },
      "neighbours.items": { shape: [indices.length], data: indices },
      "neighbours.similarities": { shape: [values.length], data: values },
    };
  }

  protected adoptTensors(tensors: TensorReader, _users: number, items: number): void {
    const offsets = tensors.uint32("neighbours.offsets", [items + 1]);
    const entries = offsets[items];
    const indices = tensors.uint32("neighbours.items", [entries]);
    const { data: values } = tensors.float32("neighbours.similarities", [entries]);
    const neighbours = { rows: items, columns: items, offsets, indices, values };
    if (!isNeighbourhood(neighbours, this.options.neighbours))
      throw new FormatError("ItemKNN.load: the lists of similar items are damaged");
    this.#answerFrom(neighbours);
  }
}

/** Whether each item has at most k other ones, ascending, and similarities that a score can add up. */
function isNeighbourhood({ rows, offsets, indices, values }: Csr, k: number): boolean {
  if (offsets[0] !== 0) return false;
  for (let item = 0; item < rows; item++) {
    const [begin, end] = [offsets[item], offsets[item + 1]];
    if (begin > end || end - begin > k) return false;
    for (let n = begin; n < end; n++)
      if (
        indices[n] >= rows ||
        indices[n] === item ||
        (n > begin && indices[n] <= indices[n - 1]) ||
        !(values[n] > 0 && values[n] <= 1)
      )
        return false;
  }
  return true;
}
