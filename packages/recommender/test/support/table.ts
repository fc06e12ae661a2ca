import { Tensor } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import {
  type Epoch,
  type Scores,
  type StoredTensor,
  type Subject,
  type TensorReader,
  UserItemRecommender,
} from "../../src/index.ts";

/** A model whose scores are written down: row u of a table is user u's, in one piece or as factors. */
export class Table extends UserItemRecommender {
  readonly name = "Table";
  readonly options = {};
  #scores: readonly (readonly number[])[] | undefined;
  readonly #kind: Scores["kind"];

  constructor(kind: Scores["kind"] = "all") {
    super();
    this.#kind = kind;
  }

  static of(
    data: Interactions,
    scores: readonly (readonly number[])[],
    kind: Scores["kind"] = "all",
  ): Table {
    const table = new Table(kind);
    table.learnVocabularies(data);
    table.#scores = scores;
    return table;
  }

  async *train(): AsyncGenerator<Epoch, void, void> {}

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const rows = subjects.map(({ user = 0 }) => this.#scores?.[user] ?? []);
    const items = this.items.size;
    if (this.#kind === "all")
      return { kind: "all", values: Tensor.from(rows.flat(), [rows.length, items]) };
    const identity = Tensor.zeros([items, items]); // scores · I = scores
    for (let i = 0; i < items; i++) identity.data[i * items + i] = 1;
    return {
      kind: "dot",
      queries: Tensor.from(rows.flat(), [rows.length, items]),
      items: identity,
    };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#scores && { scores: { shape: [0], data: new Float32Array(0) } };
  }

  protected adoptTensors(_: TensorReader): void {}

  dispose(): void {
    this.#scores = undefined;
  }
}
