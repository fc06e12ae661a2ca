import { FormatError, gather, kernels, scope, Tensor, TrainingError } from "@kith/core-tensors";
import type { Id } from "@kith/data";
import type { Reason } from "./ranking.ts";
import type { StoredTensor } from "./safetensors.ts";
import type { TensorReader } from "./tensor-reader.ts";
import type { Scores } from "./top-k.ts";
import { type Subject, UserItemRecommender, type UserQuery } from "./user-item-recommender.ts";

/** What an embedding model answers from. */
export interface Embeddings {
  /** [users, dim] */
  readonly users: Tensor;
  /** [items, dim]; the score is the dot product with a user's. */
  readonly items: Tensor;
  /**
   * [items, dim]: what an item of a history adds to its owner's embedding, which for a newcomer with n items is 1/√n times the sum.
   */
  readonly shares: Tensor;
}

/** The models whose score is the dot product of a user's and an item's embedding. */
export abstract class EmbeddingRecommender extends UserItemRecommender {
  #embeddings: Embeddings | undefined;

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
      shares: Tensor.parameter([items, dim]),
    };
    const tables = this.#embeddings;
    scope(() => fill(tables));
    const allFinite = Object.values(tables).every(({ data }: Tensor) =>
      Number.isFinite(kernels().sumOfSquares(data)),
    );
    if (allFinite) return;
    this.dispose();
    throw new TrainingError(
      `${this.name}: embeddings are no longer finite numbers: training diverged; lower the learning rate`,
    );
  }

  /** The history's items by what each adds to the score; for a training user, the part of it that comes through the history. */
  override explain(query: UserQuery, item: Id): Reason[] {
    const { history } = this.subject(query);
    const index = this.itemIndex(item);
    const { items, shares } = this.#embeddings as Embeddings;
    return scope(() => {
      const own = gather(shares, history);
      const weights = Tensor.empty([1, history.length]);
      const shape = { m: 1, n: history.length, k: items.columns, transposeB: true };
      kernels().gemm(weights.data, items.slice(index, index + 1).data, own.data, shape);
      const root = Math.sqrt(history.length);
      const reasons = Array.from(history, (liked, n) => ({
        item: this.items.id(liked),
        weight: weights.data[n] / root,
      }));
      return reasons.sort((a, b) => b.weight - a.weight);
    });
  }

  dispose(): void {
    for (const table of Object.values(this.#embeddings ?? {})) table.dispose();
    this.#embeddings = undefined;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const { users, items, shares } = this.#embeddings as Embeddings;
    const queries = gather(
      users,
      Uint32Array.from(subjects, ({ user }) => user ?? 0),
    );
    subjects.forEach(({ user, history }, r) => {
      if (user !== undefined) return;
      const own = gather(shares, history);
      const ones = Tensor.empty([1, history.length]);
      ones.data.fill(1 / Math.sqrt(history.length));
      const shape = { m: 1, n: items.columns, k: history.length };
      kernels().gemm(queries.slice(r, r + 1).data, ones.data, own.data, shape);
    });
    return { kind: "dot", queries, items };
  }

  protected override itemVectors(): Tensor | undefined {
    return this.#embeddings?.items;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    if (!this.#embeddings) return undefined;
    const { users, items, shares } = this.#embeddings;
    return { "users.embedding": users, "items.embedding": items, "items.share": shares };
  }

  protected adoptTensors(tensors: TensorReader, userCount: number, itemCount: number): void {
    const items = tensors.float32("items.embedding", [itemCount, -1]);
    const [, dim] = items.shape;
    if (dim === 0) throw new FormatError(`${this.name}.load: embeddings must not be empty`);
    const users = tensors.float32("users.embedding", [userCount, dim]);
    const shares = tensors.float32("items.share", items.shape);
    for (const { data } of [users, items, shares])
      if (!data.every(Number.isFinite))
        throw new FormatError(`${this.name}.load: embeddings must be finite numbers`);
    this.dispose();
    this.updateEmbeddings(userCount, itemCount, dim, (tables) => {
      tables.users.data.set(users.data);
      tables.items.data.set(items.data);
      tables.shares.data.set(shares.data);
    });
  }
}
