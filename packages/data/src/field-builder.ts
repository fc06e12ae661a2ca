import { FormatError } from "@kith/core-tensors";
import type { FeatureField } from "./features.ts";
import { type Id, VocabularyBuilder } from "./vocabulary.ts";

export type FeatureKind = FeatureField["kind"];

/** A value of a field: of a category or number, of several categories, or of a vector. */
export type FeatureValue = Id | readonly Id[] | readonly number[] | Float32Array | null | undefined;

/** The kind that a value speaks for; none where it is not known. */
export function kindOf(value: FeatureValue): FeatureKind | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Float32Array) return "vector";
  if (!Array.isArray(value)) return "categorical";
  if (value.length === 0) return undefined;
  return typeof value[0] === "number" ? "vector" : "multi-hot";
}

/** A field in the making, row by row. */
export class FieldBuilder {
  readonly #name: string;
  readonly #values: VocabularyBuilder = new VocabularyBuilder();
  /** What was given in each row; undefined for not known, categories as indices. */
  readonly #of: (number | readonly number[] | Float32Array | undefined)[];
  #kind: FeatureKind | undefined;
  #width: number | undefined;

  /** @param before rows that came before and did not have it */
  constructor(name: string, before: number) {
    this.#name = name;
    this.#of = new Array<undefined>(before);
  }

  /** @throws FormatError for a value of another kind than those before, or an impossible one */
  add(value: FeatureValue, kind: FeatureKind | undefined): number {
    const isUnknown =
      value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (isUnknown) return this.#of.push(undefined);
    this.become(kind);
    return this.#of.push(this.#stored(value, this.#kind as FeatureKind));
  }

  /** Says of what kind it is. */
  become(kind: FeatureKind | undefined): void {
    if (kind === undefined || kind === this.#kind) return;
    if (this.#kind !== undefined)
      throw new FormatError(
        `expected a value of kind ${this.#kind}, as in the rows before, got ${kind}`,
      );
    this.#kind = kind;
  }

  /** Up to so many rows have been given; those that did not have it do not know it. */
  fill(rows: number): void {
    while (this.#of.length < rows) this.#of.push(undefined);
  }

  build(): FeatureField {
    const name = this.#name;
    switch (this.#kind) {
      case "numeric":
        return {
          kind: "numeric",
          name,
          of: Float64Array.from(this.#of, (v) => (v ?? Number.NaN) as number),
        };
      case "vector":
        return this.#vectors();
      case "multi-hot":
        return this.#sets();
      default: // also where nothing is known
        return {
          kind: "categorical",
          name,
          values: this.#values.build(),
          of: Int32Array.from(this.#of, (v) => (v ?? -1) as number),
        };
    }
  }

  #stored(value: FeatureValue, kind: FeatureKind): number | readonly number[] | Float32Array {
    switch (kind) {
      case "categorical":
        return this.#values.add(value as Id);
      case "numeric":
        if (typeof value !== "number" || !Number.isFinite(value))
          throw new FormatError(`expected a finite number, got ${String(value)}`);
        return value;
      case "multi-hot": {
        if (!Array.isArray(value))
          throw new FormatError(`expected a list of values, got ${typeof value}`);
        const set = new Set((value as readonly Id[]).map((each) => this.#values.add(each)));
        return [...set].sort((a, b) => a - b);
      }
      case "vector": {
        const vector = value as readonly number[] | Float32Array;
        this.#width ??= vector.length;
        if (vector.length !== this.#width)
          throw new FormatError(
            `expected a vector of ${this.#width} numbers, as in the rows before, got ${vector.length}`,
          );
        for (const number of vector)
          if (typeof number !== "number" || !Number.isFinite(number))
            throw new FormatError(
              `expected a vector of finite numbers, got ${String(number)} in it`,
            );
        return vector;
      }
    }
  }

  #vectors(): FeatureField {
    const width = this.#width ?? 0;
    const of = new Float32Array(this.#of.length * width).fill(Number.NaN);
    this.#of.forEach((vector, n) => {
      if (vector !== undefined) of.set(vector as Float32Array, n * width);
    });
    return { kind: "vector", name: this.#name, width, of };
  }

  #sets(): FeatureField {
    const sets = this.#of.map((set) => (set ?? []) as readonly number[]);
    const offsets = new Uint32Array(sets.length + 1);
    sets.forEach((set, n) => {
      offsets[n + 1] = offsets[n] + set.length;
    });
    const of = Uint32Array.from(sets.flat());
    return { kind: "multi-hot", name: this.#name, values: this.#values.build(), offsets, of };
  }
}
