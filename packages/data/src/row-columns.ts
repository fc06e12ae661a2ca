import { RowBlocks } from "./row-blocks.ts";

/** The columns of interactions. */
export interface Block {
  readonly user: Uint32Array;
  readonly item: Uint32Array;
  readonly value: Float32Array | undefined;
  readonly time: Float64Array | undefined;
}

/** Interactions being collected. */
export class RowColumns {
  readonly hasValue: boolean;
  readonly hasTime: boolean;
  readonly #blocks: RowBlocks<Block>;

  constructor(hasValue: boolean, hasTime: boolean) {
    this.hasValue = hasValue;
    this.hasTime = hasTime;
    this.#blocks = new RowBlocks((rows) => ({
      user: new Uint32Array(rows),
      item: new Uint32Array(rows),
      value: hasValue ? new Float32Array(rows) : undefined,
      time: hasTime ? new Float64Array(rows) : undefined,
    }));
  }

  get length(): number {
    return this.#blocks.length;
  }

  /** Appends a row; value and time are ignored where there is no such column. */
  add(user: number, item: number, value: number, time: number): void {
    const row = this.#blocks.next();
    const block = this.#blocks.block;
    block.user[row] = user;
    block.item[row] = item;
    if (block.value !== undefined) block.value[row] = value;
    if (block.time !== undefined) block.time[row] = time;
  }

  /** All rows as whole columns; nothing can be added afterwards. Each of shape [length]. */
  take(): Block {
    return this.#blocks.take();
  }
}
