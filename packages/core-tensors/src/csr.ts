/** A sparse matrix in compressed-row form, in plain arrays. */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 offsets into the next two. */
  readonly offsets: Uint32Array;
  /** Column indices, ascending within each row. */
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}
