import { type Csr, FormatError, Tensor, transpose } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  checkK,
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

/**
 * The models in which each item keeps the items most like it, N(i): score(u, i) = Σ s(i, j) over the j in N(i) that u has. They differ in what s is.
 */
export abstract class NeighbourRecommender extends UserItemRecommender {
  abstract override readonly options: { readonly neighbours: number };
  /** Row i: N(i), ascending, and the similarities. */
  #neighbours: Csr | undefined;
  /** Its transpose. Row j: the items that have j among their neighbours, to which it can add. */
  #gainers: Csr | undefined;

  /** Row i: N(i), ascending, and the similarities, above 0. Yields the share that is done. */
  protected abstract neighbourhoods(data: Interactions): Generator<number, Csr, void>;

  /** What no similarity of a file may exceed. */
  protected abstract readonly largest: number;

  /** Counts; one epoch, without a loss (reported as 0). */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => this.#learn(data));
  }

  /** The item's neighbours: at most as many as the model keeps. */
  override similarItems(item: Id, k = 10): Ranking {
    const index = this.itemIndex(item);
    checkK("similarItems", k);
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
    const neighbours = yield* this.neighbourhoods(data);
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
    if (!isNeighbourhood(neighbours, this.options.neighbours, this.largest))
      throw new FormatError(`${this.name}.load: the lists of similar items are damaged`);
    this.#answerFrom(neighbours);
  }
}

/** Whether each item has at most k other ones, ascending, and similarities in (0, largest]. */
function isNeighbourhood(
  { rows, offsets, indices, values }: Csr,
  k: number,
  largest: number,
): boolean {
  if (offsets[0] !== 0) return false;
  for (let item = 0; item < rows; item++) {
    const [begin, end] = [offsets[item], offsets[item + 1]];
    if (begin > end || end - begin > k) return false;
    for (let n = begin; n < end; n++)
      if (
        indices[n] >= rows ||
        indices[n] === item ||
        (n > begin && indices[n] <= indices[n - 1]) ||
        !(values[n] > 0 && values[n] <= largest)
      )
        return false;
  }
  return true;
}
