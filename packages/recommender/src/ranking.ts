import type { Id } from "@kith/data";

/** Items best first, with their scores. Fewer than asked for where no more may be recommended. */
export interface Ranking {
  readonly items: Id[];
  /** Of the same length. */
  readonly scores: Float32Array;
}

export interface RecommendOptions {
  /** How many items. Default 10. More than there are gives all there are. */
  readonly k?: number;
  /** Leave out what the query already has, as far as the model knows. Default false. */
  readonly excludeSeen?: boolean;
  /** Items to leave out beside. */
  readonly exclude?: Iterable<Id>;
  /** Only these items may be recommended. */
  readonly allow?: Iterable<Id>;
}

/** One reason for a recommendation. */
export interface Reason {
  /** An item of the query's history. */
  readonly item: Id;
  /** Its share of the score. */
  readonly weight: number;
}
