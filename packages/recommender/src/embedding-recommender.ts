import {
  columns,
  FormatError,
  gather,
  kernels,
  NotFittedError,
  scope,
  Tensor,
  TrainingError,
} from "@kith/core-tensors";
import type { StoredTensor } from "./safetensors.ts";
import type { TensorReader } from "./tensor-reader.ts";
import type { Scores } from "./top-k.ts";
import { type Subject, UserItemRecommender } from "./user-item-recommender.ts";

/** What an embedding model answers from. */
export interface Embeddings {
  /** [users, dim] */
  readonly users: Tensor;
  /** [items, dim]; the score is the dot product with a user's. */
  readonly items: Tensor;
  /** What else it needs for newcomers, by the names that it has in a model file. */
  readonly further: Readonly<Record<string, Tensor>>;
}

/** The models whose score is the dot product of a user's and an item's embedding. */
export abstract class EmbeddingRecommender extends UserItemRecommender {
  #embeddings: Embeddings | undefined;

  /** The shapes of the tables that are kept beside those of users and items. */
  protected abstract furtherTables(
    items: number,
    dim: number,
  ): Readonly<Record<string, readonly number[]>>;

  /** Embeddings [histories, dim] of users that the model was not trained on, made in the scope of the caller. */
  protected abstract embedNewcomers(
    histories: readonly Uint32Array[],
    embeddings: Embeddings,
  ): Tensor;

  /** How many of the first columns say who and what is alike; the others are biases and the like. Default: all. */
  protected get likenessColumns(): number {
    return this.embeddings.items.columns;
  }

  /** The tables to answer from, made on first use; `fill` computes them from the parameters. */
  protected updateEmbeddings(
    users: number,
    items: number,
    dim: number,
    fill: (embeddings: Embeddings) => void,
  ): void {
    this.#embeddings ??= {
      users: Tensor.parameter([users, dim]),
      items: Tensor.parameter([items, dim]),
      further: Object.fromEntries(
        Object.entries(this.furtherTables(items, dim)).map(([name, shape]) => [
          name,
          Tensor.parameter(shape),
        ]),
      ),
    };
    const tables = this.#embeddings;
    scope(() => fill(tables));
    const allFinite = Object.values(stored(tables)).every(({ data }) =>
      Number.isFinite(kernels().sumOfSquares(data)),
    );
    if (allFinite) return;
    this.dispose();
    throw new TrainingError(
      `${this.name}: embeddings are no longer finite numbers: training diverged; lower the learning rate`,
    );
  }

  /**
   * The same, asked for from outside.
   * @throws NotFittedError before training
   */
  protected fitted(): Embeddings {
    if (!this.#embeddings) throw new NotFittedError(this.name);
    return this.#embeddings;
  }

  /** What the model answers from; it has been trained. */
  protected get embeddings(): Embeddings {
    return this.#embeddings as Embeddings;
  }

  dispose(): void {
    if (this.#embeddings)
      for (const table of Object.values(stored(this.#embeddings))) table.dispose();
    this.#embeddings = undefined;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    return { kind: "dot", queries: this.queriesOf(subjects), items: this.embeddings.items };
  }

  protected override embedSubjects(subjects: readonly Subject[]): Tensor {
    return this.#alike(this.queriesOf(subjects));
  }

  protected override unitVectors(vectors: Tensor): Tensor {
    return super.unitVectors(this.#alike(vectors));
  }

  #alike(vectors: Tensor): Tensor {
    const { likenessColumns } = this;
    return likenessColumns === vectors.columns ? vectors : columns(vectors, 0, likenessColumns);
  }

  /** What is multiplied with the items to score them [subjects, dim], in the scope of the caller. */
  protected queriesOf(subjects: readonly Subject[]): Tensor {
    const { users } = this.embeddings;
    const queries = gather(
      users,
      Uint32Array.from(subjects, ({ user }) => user ?? 0),
    );
    const newcomers = subjects.filter(({ user }) => user === undefined);
    if (newcomers.length > 0) {
      const histories = newcomers.map(({ history }) => history);
      const embedded = this.embedNewcomers(histories, this.embeddings).data;
      const { data, columns } = queries;
      let at = 0;
      subjects.forEach(({ user }, r) => {
        if (user !== undefined) return;
        data.set(embedded.subarray(at, at + columns), r * columns);
        at += columns;
      });
    }
    return queries;
  }

  protected override itemVectors(): Tensor | undefined {
    return this.#embeddings?.items;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#embeddings && stored(this.#embeddings);
  }

  protected adoptTensors(tensors: TensorReader, userCount: number, itemCount: number): void {
    const items = tensors.float32("items.embedding", [itemCount, -1]);
    const [, dim] = items.shape;
    if (dim === 0) throw new FormatError(`${this.name}.load: embeddings must not be empty`);
    const users = tensors.float32("users.embedding", [userCount, dim]);
    const further = Object.fromEntries(
      Object.entries(this.furtherTables(itemCount, dim)).map(([name, shape]) => [
        name,
        tensors.float32(name, shape),
      ]),
    );
    for (const { data } of [users, items, ...Object.values(further)])
      if (!data.every(Number.isFinite))
        throw new FormatError(`${this.name}.load: embeddings must be finite numbers`);
    this.dispose();
    this.updateEmbeddings(userCount, itemCount, dim, (tables) => {
      tables.users.data.set(users.data);
      tables.items.data.set(items.data);
      for (const [name, table] of Object.entries(tables.further))
        table.data.set(further[name].data);
    });
  }
}

/** All tables, by the names that they have in a model file. */
function stored({ users, items, further }: Embeddings): Readonly<Record<string, Tensor>> {
  return { "users.embedding": users, "items.embedding": items, ...further };
}
