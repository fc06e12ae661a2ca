import { gather, kernels, scope, Tensor } from "@kith/core-tensors";
import type { Id } from "@kith/data";
import { EmbeddingRecommender, type Embeddings } from "./embedding-recommender.ts";
import type { Reason } from "./ranking.ts";
import type { UserQuery } from "./user-item-recommender.ts";

const SHARES = "items.share";

/** What an additive model answers from. */
export interface AdditiveEmbeddings extends Embeddings {
  /**
   * [items, dim]: what an item of a history adds to its owner's embedding, which for a newcomer with n items is 1/√n times the sum.
   */
  readonly shares: Tensor;
}

/** The embedding models in which the items of a history add up: so they can say what each of them speaks for. */
export abstract class AdditiveRecommender extends EmbeddingRecommender {
  protected furtherTables(items: number, dim: number): Readonly<Record<string, readonly number[]>> {
    return { [SHARES]: [items, dim] };
  }

  protected override updateEmbeddings(
    users: number,
    items: number,
    dim: number,
    fill: (embeddings: AdditiveEmbeddings) => void,
  ): void {
    super.updateEmbeddings(users, items, dim, (tables) =>
      fill({ ...tables, shares: tables.further[SHARES] }),
    );
  }

  protected embedNewcomers(
    histories: readonly Uint32Array[],
    { items, further }: Embeddings,
  ): Tensor {
    const sums = Tensor.empty([histories.length, items.columns]);
    histories.forEach((history, r) => {
      const own = gather(further[SHARES], history);
      const ones = Tensor.empty([1, history.length]);
      ones.data.fill(1 / Math.sqrt(history.length));
      const shape = { m: 1, n: items.columns, k: history.length };
      kernels().gemm(sums.slice(r, r + 1).data, ones.data, own.data, shape);
    });
    return sums;
  }

  /** The history's items by what each adds to the score; for a training user, the part of it that comes through the history. */
  override explain(query: UserQuery, item: Id): Reason[] {
    const { history } = this.subject(query);
    const index = this.itemIndex(item);
    const { items, further } = this.embeddings;
    return scope(() => {
      const own = gather(further[SHARES], history);
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
}
