import { FormatError } from "@kith/core-tensors";
import { checkIterable, inRow } from "./check-rows.ts";
import { ContentHash } from "./content-hash.ts";
import { type FeatureKind, type FeatureValue, FieldBuilder, kindOf } from "./field-builder.ts";
import { type Id, type Vocabulary, VocabularyBuilder } from "./vocabulary.ts";

/** One of some values for each node, such as a brand. */
export interface CategoricalField {
  readonly kind: "categorical";
  readonly name: string;
  readonly values: Vocabulary;
  /** For each node an index into `values`, or −1 where it is not known. Shape [nodes]. */
  readonly of: Int32Array;
}

/** A number for each node, such as a price. */
export interface NumericField {
  readonly kind: "numeric";
  readonly name: string;
  /** NaN where it is not known. Shape [nodes]. */
  readonly of: Float64Array;
}

/** Any of some values for each node, such as tags. */
export interface MultiHotField {
  readonly kind: "multi-hot";
  readonly name: string;
  readonly values: Vocabulary;
  /** Those of node n are of[offsets[n] … offsets[n + 1]), ascending, each once. Shape [nodes + 1]. */
  readonly offsets: Uint32Array;
  readonly of: Uint32Array;
}

/** A vector for each node that somebody else has made, such as the embedding of a text. */
export interface VectorField {
  readonly kind: "vector";
  readonly name: string;
  readonly width: number;
  /** All NaN where it is not known. Shape [nodes, width]. */
  readonly of: Float32Array;
}

export type FeatureField = CategoricalField | NumericField | MultiHotField | VectorField;

/** What is known about one node, in the caller's ids; null, undefined and left out mean not known. */
export type FeatureRow = { readonly [field: string]: FeatureValue };

export interface FeaturesOptions {
  /** The key of the nodes' ids. Default "item". */
  id?: string;
  /**
   * Of what kind fields are. Default: by the first value that is known: a list of strings is multi-hot, a list of numbers a vector, anything else a category;
   * so numbers to be measured must be called "numeric" here.
   */
  kinds?: Readonly<Record<string, FeatureKind>>;
}

const OWNER = "Features";

/** Side information of items, users or other nodes: brand, price, tags, vectors. Cannot be changed. */
export class Features {
  /** The nodes. */
  readonly ids: Vocabulary;
  readonly fields: readonly FeatureField[];

  private constructor(ids: Vocabulary, fields: readonly FeatureField[]) {
    this.ids = ids;
    this.fields = fields;
  }

  /**
   * From one row for each node. The fields are all keys but that of the ids, in order of first appearance, then those that `kinds` names and no row has.
   * @throws FormatError naming the row (counted from 0) that has an impossible id, a node once more, or a value of another kind than the rows before
   */
  static from(
    rows: Iterable<FeatureRow>,
    { id = "item", kinds = {} }: FeaturesOptions = {},
  ): Features {
    checkIterable("Features.from", rows, "a list of rows");
    const ids = new VocabularyBuilder();
    const fields = new Map<string, FieldBuilder>();
    let row = 0;
    for (const { [id]: node, ...known } of rows) {
      if (inRow(OWNER, row, id, () => ids.add(node as Id)) !== row)
        throw new FormatError(`${OWNER}: row ${row}: ${id} ${JSON.stringify(node)} is there twice`);
      for (const [name, value] of Object.entries(known)) {
        const kind = Object.hasOwn(kinds, name) ? kinds[name] : kindOf(value);
        const field = fields.get(name) ?? new FieldBuilder(name, row);
        fields.set(name, field);
        inRow(OWNER, row, name, () => field.add(value, kind));
      }
      row++;
      for (const field of fields.values()) field.fill(row);
    }
    for (const [name, kind] of Object.entries(kinds)) {
      const field = fields.get(name) ?? new FieldBuilder(name, row);
      field.become(kind);
      fields.set(name, field);
    }
    return new Features(
      ids.build(),
      Array.from(fields.values(), (field) => field.build()),
    );
  }

  /**
   * From fields in typed arrays. The arrays are kept, not copied.
   * @throws FormatError when two fields have one name, a field does not fit the number of nodes, or an index is not within its vocabulary
   */
  static fromColumns(columns: {
    readonly ids: Vocabulary;
    readonly fields: readonly FeatureField[];
  }): Features {
    const { ids, fields } = columns;
    const names = new Set<string>();
    for (const field of fields) {
      const { name } = field;
      if (names.has(name))
        throw new FormatError(`${OWNER}: there are two fields named ${JSON.stringify(name)}`);
      names.add(name);
      checkField(field, ids.size);
    }
    return new Features(ids, [...fields]);
  }

  /**
   * A field by its name.
   * @throws FormatError naming those there are
   */
  field(name: string): FeatureField {
    const found = this.fields.find((field) => field.name === name);
    if (found) return found;
    const names = this.fields.map((field) => field.name).join(", ") || "none";
    throw new FormatError(
      `${OWNER}: there is no field ${JSON.stringify(name)}; the fields are ${names}`,
    );
  }

  /**
   * The fields, for a model that knows categories alone.
   * @throws FormatError naming the first field of another kind
   */
  categorical(owner: string): readonly CategoricalField[] {
    return this.fields.map((field) => {
      if (field.kind === "categorical") return field;
      throw new FormatError(
        `${owner}: field ${JSON.stringify(field.name)} is ${field.kind}, expected categories; make some of it, such as ranges of a price, or leave it out`,
      );
    });
  }

  /** Of each field the share of nodes of which it is known, 0 … 1, by name. */
  coverage(): ReadonlyMap<string, number> {
    const { size } = this.ids;
    const share = (field: FeatureField) => {
      let known = 0;
      for (let n = 0; n < size; n++) if (isKnown(field, n)) known++;
      return known / Math.max(1, size);
    };
    return new Map(this.fields.map((field) => [field.name, share(field)]));
  }

  /** What is known, in the caller's ids: what is not known is left out. `id` is the key of the nodes. */
  *rows(id = "item"): IterableIterator<FeatureRow> {
    for (let n = 0; n < this.ids.size; n++)
      yield Object.assign(
        Object.fromEntries(
          this.fields
            .filter((field) => isKnown(field, n))
            .map((field) => [field.name, given(field, n)]),
        ),
        { [id]: this.ids.id(n) },
      );
  }

  /** A stable hash of the content (nodes, fields and their values, in order): 16 hexadecimal digits. */
  hash(): string {
    const hash = new ContentHash().text(this.ids.hash());
    for (const field of this.fields) {
      hash.text(field.name);
      if ("values" in field) hash.text(field.values.hash());
      if (field.kind === "multi-hot") hash.column(field.offsets);
      hash.column(field.of);
    }
    return hash.digest();
  }
}

/** Whether a field is known of node n. */
export function isKnown(field: FeatureField, n: number): boolean {
  switch (field.kind) {
    case "categorical":
      return field.of[n] >= 0;
    case "numeric":
      return !Number.isNaN(field.of[n]);
    case "multi-hot":
      return field.offsets[n] < field.offsets[n + 1];
    case "vector":
      return !Number.isNaN(field.of[n * field.width]);
  }
}

function given(field: FeatureField, n: number): FeatureValue {
  switch (field.kind) {
    case "categorical":
      return field.values.id(field.of[n]);
    case "numeric":
      return field.of[n];
    case "multi-hot":
      return Array.from(field.of.subarray(field.offsets[n], field.offsets[n + 1]), (value) =>
        field.values.id(value),
      );
    case "vector":
      return field.of.slice(n * field.width, (n + 1) * field.width);
  }
}

function checkField(field: FeatureField, nodes: number): void {
  const name = JSON.stringify(field.name);
  const [length, what] =
    field.kind === "vector"
      ? [nodes * field.width, `${field.width} numbers for each`]
      : field.kind === "multi-hot"
        ? [field.offsets[nodes], "as many as its offsets say"]
        : [nodes, "one for each"];
  if (
    field.of.length !== length ||
    (field.kind === "multi-hot" && field.offsets.length !== nodes + 1)
  )
    throw new FormatError(
      `${OWNER}: field ${name} has ${field.of.length} entries, expected ${what} of ${nodes} nodes`,
    );
  if (field.kind === "categorical") {
    for (let n = 0; n < nodes; n++)
      if (field.of[n] < -1 || field.of[n] >= field.values.size)
        throw new FormatError(
          `${OWNER}: field ${name}, node ${n}: ${field.of[n]} is neither −1 nor within the vocabulary of ${field.values.size} values`,
        );
  } else if (field.kind === "multi-hot") {
    const beyond = field.of.find((value) => value >= field.values.size);
    if (beyond !== undefined)
      throw new FormatError(
        `${OWNER}: field ${name}: ${beyond} is not within the vocabulary of ${field.values.size} values`,
      );
  } else {
    const infinite = field.of.findIndex((value) => !Number.isNaN(value) && !Number.isFinite(value));
    if (infinite >= 0)
      throw new FormatError(
        `${OWNER}: field ${name}: entry ${infinite} is ${field.of[infinite]}, expected finite numbers, or NaN for not known`,
      );
  }
}
