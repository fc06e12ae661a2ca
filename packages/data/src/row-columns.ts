import { RowBlocks } from "./row-blocks.ts";

/** The columns of interactions. */
export interface Block {
  readonly user: Uint32Array;
  readonly item: Uint32Array;
  readonly value: Float32Array | undefined;
  readonly time: Float64Array | undefined;
  readonly type: Uint32Array | undefined;
}

/** Which of the columns that may be missing are there. */
export interface RowKinds {
  readonly value: boolean;
  readonly time: boolean;
  readonly type: boolean;
}

/** Interactions being collected. */
export class RowColumns {
  readonly has: RowKinds;
  readonly #blocks: RowBlocks<Block>;

  constructor(has: RowKinds) {
    this.has = has;
    this.#blocks = new RowBlocks((rows) => ({
      user: new Uint32Array(rows),
      item: new Uint32Array(rows),
      value: has.value ? new Float32Array(rows) : undefined,
      time: has.time ? new Float64Array(rows) : undefined,
      type: has.type ? new Uint32Array(rows) : undefined,
    }));
  }

  get length(): number {
    return this.#blocks.length;
  }

  /** Appends a row; what has no column is ignored. */
  add(user: number, item: number, value: number, time: number, type: number): void {
    const row = this.#blocks.next();
    const block = this.#blocks.block;
    block.user[row] = user;
    block.item[row] = item;
    if (block.value !== undefined) block.value[row] = value;
    if (block.time !== undefined) block.time[row] = time;
    if (block.type !== undefined) block.type[row] = type;
  }

  /** All rows as whole columns; nothing can be added afterwards. Each of shape [length]. */
  take(): Block {
    return this.#blocks.take();
  }
}
