/** What a column can be. */
export type Column = Uint8Array | Uint32Array | Float32Array | Float64Array;

const BLOCK = 1 << 16;

/**
 * Rows being collected in blocks of columns: nothing is copied until the end, and little is reserved ahead. `B` is an object of
 * typed arrays of one length, undefined for a column that is not there.
 */
export class RowBlocks<B extends { readonly [K in keyof B]: Column | undefined }> {
  length = 0;
  /** Where the row of the last `next` is to be written. */
  block: B;
  readonly #make: (rows: number) => B;
  readonly #full: B[] = [];
  #blockLength = 0;

  /** @param make new columns of so many rows */
  constructor(make: (rows: number) => B) {
    this.#make = make;
    this.block = make(BLOCK);
  }

  /** Adds a row; its place in `block`. */
  next(): number {
    if (this.#blockLength === BLOCK) {
      this.#full.push(this.block);
      this.block = this.#make(BLOCK);
      this.#blockLength = 0;
    }
    this.length++;
    return this.#blockLength++;
  }

  /** All rows as whole columns; nothing can be added afterwards. Parts are let go of as soon as their column is whole. */
  take(): B {
    const parts = [...this.#full.splice(0), this.block] as Partial<B>[];
    this.block = this.#make(0);
    const whole = { ...this.block };
    for (const name of Object.keys(whole) as (keyof B)[]) {
      if (whole[name] === undefined) continue;
      const column = new (whole[name].constructor as new (rows: number) => Column)(this.length);
      for (let part = 0, at = 0; part < parts.length; part++, at += BLOCK) {
        const values = parts[part][name] as Column;
        column.set(values.subarray(0, Math.min(BLOCK, this.length - at)), at);
        delete parts[part][name];
      }
      whole[name] = column as B[keyof B];
    }
    return whole;
  }
}

/** Whole numbers being collected. */
export class IndexList {
  readonly #blocks = new RowBlocks((rows) => ({ index: new Uint32Array(rows) }));

  get length(): number {
    return this.#blocks.length;
  }

  add(index: number): void {
    const row = this.#blocks.next();
    this.#blocks.block.index[row] = index;
  }

  /** Shape [length]; nothing can be added afterwards. */
  take(): Uint32Array {
    return this.#blocks.take().index;
  }
}
