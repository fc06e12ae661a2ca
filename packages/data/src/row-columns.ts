const BLOCK = 1 << 16;

/** One block of rows. */
export interface Block {
  readonly user: Uint32Array;
  readonly item: Uint32Array;
  readonly value: Float32Array | undefined;
  readonly time: Float64Array | undefined;
}

/** Rows being collected, in blocks: nothing is copied until the end, and little is reserved ahead. */
export class RowColumns {
  length = 0;
  readonly #hasValue: boolean;
  readonly #hasTime: boolean;
  readonly #full: Block[] = [];
  #block: Block;
  #blockLength = 0;

  constructor(hasValue: boolean, hasTime: boolean) {
    this.#hasValue = hasValue;
    this.#hasTime = hasTime;
    this.#block = blockOf(BLOCK, hasValue, hasTime);
  }

  get hasValue(): boolean {
    return this.#hasValue;
  }

  get hasTime(): boolean {
    return this.#hasTime;
  }

  /** Appends a row; value and time are ignored where there is no such column. */
  add(user: number, item: number, value: number, time: number): void {
    if (this.#blockLength === BLOCK) {
      this.#full.push(this.#block);
      this.#block = blockOf(BLOCK, this.#hasValue, this.#hasTime);
      this.#blockLength = 0;
    }
    const row = this.#blockLength++;
    const block = this.#block;
    block.user[row] = user;
    block.item[row] = item;
    if (block.value !== undefined) block.value[row] = value;
    if (block.time !== undefined) block.time[row] = time;
    this.length++;
  }

  /** All rows as whole columns; nothing can be added afterwards. Each of shape [length]. */
  take(): Block {
    const whole = blockOf(this.length, this.#hasValue, this.#hasTime);
    let at = 0;
    this.#full.push(this.#block);
    for (const block of this.#full.splice(0)) {
      const rows = Math.min(BLOCK, this.length - at);
      whole.user.set(block.user.subarray(0, rows), at);
      whole.item.set(block.item.subarray(0, rows), at);
      if (block.value) whole.value?.set(block.value.subarray(0, rows), at);
      if (block.time) whole.time?.set(block.time.subarray(0, rows), at);
      at += rows;
    }
    return whole;
  }
}

function blockOf(rows: number, hasValue: boolean, hasTime: boolean): Block {
  return {
    user: new Uint32Array(rows),
    item: new Uint32Array(rows),
    value: hasValue ? new Float32Array(rows) : undefined,
    time: hasTime ? new Float64Array(rows) : undefined,
  };
}
