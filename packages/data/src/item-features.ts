import { FormatError } from "@kith/core-tensors";
import { checkIterable, inRow } from "./check-rows.ts";
import { ContentHash } from "./content-hash.ts";
import { type Id, type Vocabulary, VocabularyBuilder } from "./vocabulary.ts";

/** One categorical field of all items. */
export interface ItemField {
  readonly name: string;
  readonly values: Vocabulary;
  /** For each item an index into `values`, or −1 where it is not known. Shape [items]. */
  readonly of: Int32Array;
}

/** What is known about one item, in the caller's ids; null, undefined and left out mean not known. */
export interface ItemFeatureRow {
  readonly item: Id;
  readonly [field: string]: Id | null | undefined;
}

const OWNER = "ItemFeatures";

/** Side information: what brand, shop, category … items are of. Cannot be changed. */
export class ItemFeatures {
  readonly items: Vocabulary;
  readonly fields: readonly ItemField[];

  private constructor(items: Vocabulary, fields: readonly ItemField[]) {
    this.items = items;
    this.fields = fields;
  }

  /**
   * From one row for each item. The fields are all keys but "item", in order of first appearance.
   * @throws FormatError naming the row (counted from 0) that has an impossible id or an item once more
   */
  static from(rows: Iterable<ItemFeatureRow>): ItemFeatures {
    checkIterable("ItemFeatures.from", rows, "a list of rows");
    const items = new VocabularyBuilder();
    const fields = new Map<string, { values: VocabularyBuilder; of: number[] }>();
    let row = 0;
    for (const { item, ...known } of rows) {
      if (inRow(OWNER, row, "item", () => items.add(item)) !== row)
        throw new FormatError(`${OWNER}: row ${row}: item ${JSON.stringify(item)} is there twice`);
      for (const [name, value] of Object.entries(known)) {
        let field = fields.get(name);
        if (field === undefined) {
          field = { values: new VocabularyBuilder(), of: new Array<number>(row).fill(-1) };
          fields.set(name, field);
        }
        const { values, of } = field;
        const isKnown = value !== null && value !== undefined;
        of.push(isKnown ? inRow(OWNER, row, name, () => values.add(value)) : -1);
      }
      row++;
      for (const { of } of fields.values()) if (of.length < row) of.push(-1);
    }
    return new ItemFeatures(
      items.build(),
      Array.from(fields, ([name, { values, of }]) => ({
        name,
        values: values.build(),
        of: Int32Array.from(of),
      })),
    );
  }

  /**
   * From fields that are dense indices already. The arrays are kept, not copied.
   * @throws FormatError when two fields have one name, a field is not as long as the vocabulary of items, or an index is neither −1 nor within
   * its vocabulary
   */
  static fromColumns(columns: {
    readonly items: Vocabulary;
    readonly fields: readonly ItemField[];
  }): ItemFeatures {
    const { items, fields } = columns;
    const names = new Set<string>();
    for (const { name, values, of } of fields) {
      if (names.has(name))
        throw new FormatError(`${OWNER}: there are two fields named ${JSON.stringify(name)}`);
      names.add(name);
      if (of.length !== items.size)
        throw new FormatError(
          `${OWNER}: field ${JSON.stringify(name)} has ${of.length} entries, expected one for each of ${items.size} items`,
        );
      for (let i = 0; i < of.length; i++)
        if (of[i] < -1 || of[i] >= values.size)
          throw new FormatError(
            `${OWNER}: field ${JSON.stringify(name)}, item ${i}: ${of[i]} is neither −1 nor within the vocabulary of ${values.size} values`,
          );
    }
    return new ItemFeatures(items, [...fields]);
  }

  /** Of each field the share of items that have it, 0 … 1, by name. */
  coverage(): ReadonlyMap<string, number> {
    const share = ({ of }: ItemField) =>
      of.reduce((n, value) => n + Number(value >= 0), 0) / Math.max(1, of.length);
    return new Map(this.fields.map((field) => [field.name, share(field)]));
  }

  /** What is known, in the caller's ids: what is not known is left out. */
  *rows(): IterableIterator<ItemFeatureRow> {
    for (let i = 0; i < this.items.size; i++)
      yield Object.assign(
        Object.fromEntries(
          this.fields
            .filter(({ of }) => of[i] >= 0)
            .map(({ name, values, of }) => [name, values.id(of[i])]),
        ),
        { item: this.items.id(i) },
      );
  }

  /** A stable hash of the content (items, fields and their values, in order): 16 hexadecimal digits. */
  hash(): string {
    const hash = new ContentHash().text(this.items.hash());
    for (const { name, values, of } of this.fields) hash.text(name).text(values.hash()).column(of);
    return hash.digest();
  }
}
