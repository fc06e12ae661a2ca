import {
  type Csr,
  FormatError,
  positiveInteger,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import { type FeatureField, type Features, isKnown } from "./features.ts";
import type { Id } from "./vocabulary.ts";
import { Vocabulary } from "./vocabulary.ts";

export interface FeatureEncoderOptions {
  /** The fields to encode, by name. Default: all. */
  fields?: readonly string[] | undefined;
  /** Categories that fewer nodes have go to the bucket for those out of vocabulary. Default 1. */
  minCount?: number;
}

/** What is learned of one field. */
type Encoding =
  | {
      readonly kind: "numeric";
      readonly name: string;
      readonly mean: number;
      readonly scale: number;
    }
  | {
      readonly kind: "categorical" | "multi-hot";
      readonly name: string;
      readonly values: readonly Id[];
    }
  | {
      readonly kind: "vector";
      readonly name: string;
      readonly mean: readonly number[];
      readonly scale: readonly number[];
    };

const OWNER = "FeatureEncoder";
const RULES: Rules<Omit<FeatureEncoderOptions, "fields">> = { minCount: positiveInteger(1) };

/**
 * Makes numbers of features, the same way for nodes that are not known yet: numbers and vectors are standardised over the nodes it was fitted to, with 0 where nothing is known and
 * a column that says so; categories have a column each and one more for what is not known or was not there; several of them share a length of 1.
 */
export class FeatureEncoder {
  /** The name of each column of what `encode` gives. */
  readonly columns: readonly string[];
  readonly #encodings: readonly Encoding[];
  /** The first column of each field. */
  readonly #begins: readonly number[];
  readonly #vocabularies: readonly (Vocabulary | undefined)[];

  private constructor(encodings: readonly Encoding[]) {
    this.#encodings = encodings;
    this.#vocabularies = encodings.map((encoding) =>
      "values" in encoding ? Vocabulary.from(encoding.values) : undefined,
    );
    const begins: number[] = [];
    const columns: string[] = [];
    for (const encoding of encodings) {
      begins.push(columns.length);
      columns.push(...columnsOf(encoding));
    }
    this.#begins = begins;
    this.columns = columns;
  }

  /**
   * Learns means, deviations and categories of the nodes that features are of.
   * @throws FormatError for a field that is not there, naming those that are, or when there is none
   * @throws OptionError for an unknown or ill-formed option
   */
  static fit(
    features: Features,
    { fields, ...options }: FeatureEncoderOptions = {},
  ): FeatureEncoder {
    const { minCount } = resolveOptions(OWNER, options, RULES);
    const chosen = (fields ?? features.fields.map(({ name }) => name)).map((name) =>
      features.field(name),
    );
    if (chosen.length === 0)
      throw new FormatError(`${OWNER}: expected at least one field, got none`);
    return new FeatureEncoder(chosen.map((field) => learned(field, features.ids.size, minCount)));
  }

  /** Floats of a node. */
  get width(): number {
    return this.columns.length;
  }

  /** The names of the fields, in order. */
  get fields(): readonly string[] {
    return this.#encodings.map(({ name }) => name);
  }

  /**
   * A row for each id, [ids, width]; of ids that features do not have nothing is known.
   * @throws FormatError naming a field that is missing or of another kind
   */
  encode(features: Features, ids: Vocabulary): Csr {
    const fields = this.#encodings.map((encoding) => matching(encoding, features));
    const translated = fields.map((field, f) => {
      const known = this.#vocabularies[f];
      return known && "values" in field ? field.values.indicesIn(known) : undefined;
    });
    const at = ids.indicesIn(features.ids);
    const offsets = new Uint32Array(ids.size + 1);
    const [indices, values]: [number[], number[]] = [[], []];
    for (let n = 0; n < ids.size; n++) {
      this.#encodings.forEach((encoding, f) => {
        const begin = this.#begins[f];
        for (const [column, value] of numbersOf(encoding, fields[f], at[n], translated[f])) {
          if (value === 0) continue;
          indices.push(begin + column);
          values.push(value);
        }
      });
      offsets[n + 1] = indices.length;
    }
    return {
      rows: ids.size,
      columns: this.width,
      offsets,
      indices: Uint32Array.from(indices),
      values: Float32Array.from(values),
    };
  }

  /** What `fromJSON` reads. */
  toJSON(): object {
    return { fields: this.#encodings };
  }

  /**
   * The inverse of `toJSON`. Trusts nothing: model files come from anywhere.
   * @throws FormatError saying what is wrong
   */
  static fromJSON(json: unknown): FeatureEncoder {
    const fields = (json as { fields?: unknown } | null)?.fields;
    if (!Array.isArray(fields) || fields.length === 0 || !fields.every(isEncoding))
      throw new FormatError(`${OWNER}: expected what toJSON() wrote, got something else`);
    return new FeatureEncoder(fields);
  }
}

function columnsOf(encoding: Encoding): string[] {
  const { name } = encoding;
  if ("values" in encoding)
    return [...encoding.values.map((value) => `${name}=${value}`), `${name}=(other)`];
  const numbers =
    encoding.kind === "vector" ? encoding.mean.map((_, n) => `${name}[${n}]`) : [name];
  return [...numbers, `${name} (not known)`];
}

/** The column for what is not known. */
function lastColumn(encoding: Encoding): number {
  if ("values" in encoding) return encoding.values.length;
  return encoding.kind === "vector" ? encoding.mean.length : 1;
}

function learned(field: FeatureField, nodes: number, minCount: number): Encoding {
  const { name, kind } = field;
  if (kind === "numeric") {
    const { mean, scale } = moments(field.of, nodes, 1, 0);
    return { kind, name, mean, scale };
  }
  if (kind === "vector") {
    const each = Array.from({ length: field.width }, (_, n) =>
      moments(field.of, nodes, field.width, n),
    );
    return {
      kind,
      name,
      mean: each.map(({ mean }) => mean),
      scale: each.map(({ scale }) => scale),
    };
  }
  const counts = new Uint32Array(field.values.size);
  for (const value of field.of) if (value >= 0) counts[value]++;
  const kept = Uint32Array.from(counts.keys()).filter((value) => counts[value] >= minCount);
  return { kind, name, values: field.values.pick(kept).ids() };
}

/** Mean and 1 / deviation of a column over what is known; 0 instead where all are equal, so that a constant becomes 0. */
function moments(
  of: Float32Array | Float64Array,
  nodes: number,
  width: number,
  column: number,
): { mean: number; scale: number } {
  let [count, mean, squares] = [0, 0, 0]; // Welford's
  for (let n = 0; n < nodes; n++) {
    const value = of[n * width + column];
    if (Number.isNaN(value)) continue;
    const before = value - mean;
    mean += before / ++count;
    squares += before * (value - mean);
  }
  const deviation = Math.sqrt(squares / Math.max(1, count));
  const isConstant = !(deviation > 1e-12 * Math.max(1, Math.abs(mean)));
  return { mean, scale: isConstant ? 0 : 1 / deviation };
}

/** The field that an encoding is for. */
function matching(encoding: Encoding, features: Features): FeatureField {
  const field = features.field(encoding.name);
  const name = JSON.stringify(encoding.name);
  if (field.kind !== encoding.kind)
    throw new FormatError(
      `${OWNER}: field ${name} was ${encoding.kind} in training, got ${field.kind}`,
    );
  if (field.kind === "vector" && encoding.kind === "vector" && field.width !== encoding.mean.length)
    throw new FormatError(
      `${OWNER}: field ${name} had ${encoding.mean.length} numbers in training, got ${field.width}`,
    );
  return field;
}

/** The numbers of node n, which is −1 where nothing is known of it, as [column of the field, value], columns ascending. */
function numbersOf(
  encoding: Encoding,
  field: FeatureField,
  n: number,
  translated: Int32Array | undefined,
): (readonly [number, number])[] {
  const isGiven = n >= 0 && isKnown(field, n);
  if (!isGiven) return [[lastColumn(encoding), 1]];
  if (encoding.kind === "numeric")
    return [[0, ((field.of[n] as number) - encoding.mean) * encoding.scale]];
  if (encoding.kind === "vector") {
    const begin = n * encoding.mean.length;
    return encoding.mean.map((mean, c) => [c, (field.of[begin + c] - mean) * encoding.scale[c]]);
  }
  const set =
    field.kind === "multi-hot"
      ? field.of.subarray(field.offsets[n], field.offsets[n + 1])
      : [field.of[n]];
  const columns = new Set<number>();
  for (const value of set) {
    const at = (translated as Int32Array)[value];
    columns.add(at < 0 ? encoding.values.length : at);
  }
  return [...columns].sort((a, b) => a - b).map((c) => [c, 1 / Math.sqrt(columns.size)]);
}

function isEncoding(value: unknown): value is Encoding {
  const { kind, name, mean, scale, values } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== "string") return false;
  const areNumbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every(Number.isFinite);
  if (kind === "numeric") return Number.isFinite(mean) && Number.isFinite(scale);
  if (kind === "vector")
    return areNumbers(mean) && areNumbers(scale) && mean.length === scale.length;
  if (kind !== "categorical" && kind !== "multi-hot") return false;
  return (
    Array.isArray(values) &&
    new Set(values).size === values.length &&
    (values.every((id) => typeof id === "string" && id !== "") || values.every(Number.isFinite))
  );
}
