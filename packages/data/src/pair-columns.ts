import { RowBlocks } from "./row-blocks.ts";

/** The columns of pairs of items. */
export interface PairBlock {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float32Array | undefined;
  readonly label: Uint8Array | undefined;
  readonly relation: Uint32Array | undefined;
}

/** Which of the columns that may be missing are there. */
export interface PairKinds {
  readonly weight: boolean;
  readonly label: boolean;
  readonly relation: boolean;
}

/** Pairs of items being collected. */
export class PairColumns {
  readonly has: PairKinds;
  readonly #blocks: RowBlocks<PairBlock>;

  constructor(has: PairKinds) {
    this.has = has;
    this.#blocks = new RowBlocks((rows) => ({
      source: new Uint32Array(rows),
      target: new Uint32Array(rows),
      weight: has.weight ? new Float32Array(rows) : undefined,
      label: has.label ? new Uint8Array(rows) : undefined,
      relation: has.relation ? new Uint32Array(rows) : undefined,
    }));
  }

  get length(): number {
    return this.#blocks.length;
  }

  /** Appends a pair; what has no column is ignored. */
  add(source: number, target: number, weight: number, label: number, relation: number): void {
    const row = this.#blocks.next();
    const block = this.#blocks.block;
    block.source[row] = source;
    block.target[row] = target;
    if (block.weight !== undefined) block.weight[row] = weight;
    if (block.label !== undefined) block.label[row] = label;
    if (block.relation !== undefined) block.relation[row] = relation;
  }

  /** All pairs as whole columns; nothing can be added afterwards. Each of shape [length]. */
  take(): PairBlock {
    return this.#blocks.take();
  }
}
