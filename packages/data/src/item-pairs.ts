import { FormatError } from "@kith/core-tensors";
import {
  checkGiven,
  checkIndices,
  checkIterable,
  checkLengths,
  checkNumber,
  inRow,
} from "./check-rows.ts";
import { chosenRows, gathered, occurring } from "./choose-rows.ts";
import { ContentHash } from "./content-hash.ts";
import { PairColumns } from "./pair-columns.ts";
import { type Id, type Vocabulary, VocabularyBuilder } from "./vocabulary.ts";

/** One pair of items, in the caller's ids. */
export interface ItemPairRow {
  readonly source: Id;
  readonly target: Id;
  /** How strong the pair is: finite, at least 0. */
  readonly weight?: number;
  /** Of pairs to be predicted: 1 for one that is there, 0 for one that is not. */
  readonly label?: number;
  /** The kind of pair, such as "bought together". */
  readonly relation?: Id;
}

/** Pairs as columns of one entry per pair, with the vocabularies that give the indices their meaning. */
export interface ItemPairColumns {
  readonly items: Vocabulary;
  /** Indices into `items`. Shape [pairs]. */
  readonly source: Uint32Array;
  /** Indices into `items`. Shape [pairs]. */
  readonly target: Uint32Array;
  /** Finite and at least 0. Shape [pairs]. */
  readonly weight?: Float32Array | undefined;
  /** 0 or 1. Shape [pairs]. */
  readonly label?: Uint8Array | undefined;
  /** Indices into `relations`. Shape [pairs]. */
  readonly relation?: Uint32Array | undefined;
  /** Given if and only if `relation` is. */
  readonly relations?: Vocabulary | undefined;
}

const OWNER = "ItemPairs";

/** Pairs of items: the edges of an item graph, or pairs with labels to be predicted. Both ends share one vocabulary. Cannot be changed; every method makes a new one. */
export class ItemPairs {
  readonly items: Vocabulary;
  /** Indices into `items`. Shape [length]. */
  readonly source: Uint32Array;
  /** Indices into `items`. Shape [length]. */
  readonly target: Uint32Array;
  /** Finite, at least 0. Shape [length]. */
  readonly weight: Float32Array | undefined;
  /** 0 or 1. Shape [length]. */
  readonly label: Uint8Array | undefined;
  /** Indices into `relations`. Shape [length]. */
  readonly relation: Uint32Array | undefined;
  readonly relations: Vocabulary | undefined;
  /** The number of pairs. */
  readonly length: number;

  private constructor(columns: ItemPairColumns) {
    this.items = columns.items;
    this.source = columns.source;
    this.target = columns.target;
    this.weight = columns.weight;
    this.label = columns.label;
    this.relation = columns.relation;
    this.relations = columns.relations;
    this.length = columns.source.length;
  }

  /**
   * From rows in the caller's own ids: objects, or `[source, target, weight]`. Weight, label and relation are each given in all rows or in none.
   * @throws FormatError naming the row (counted from 0) that has an impossible id, weight or label
   */
  static from(
    rows: Iterable<ItemPairRow | readonly [source: Id, target: Id, weight?: number]>,
  ): ItemPairs {
    checkIterable("ItemPairs.from", rows, "a list of pairs");
    const items = new VocabularyBuilder();
    const relations = new VocabularyBuilder();
    let columns: PairColumns | undefined;
    for (const row of rows) {
      const { source, target, weight, label, relation } = asObject(row);
      columns ??= new PairColumns({
        weight: weight !== undefined,
        label: label !== undefined,
        relation: relation !== undefined,
      });
      const { has, length } = columns;
      checkNumber(OWNER, "weight", weight, has.weight, length);
      if (has.weight) checkWeight(length, weight ?? 0);
      checkGiven(OWNER, "label", label, has.label, length);
      if (has.label) checkLabel(length, label);
      checkGiven(OWNER, "relation", relation, has.relation, length);
      columns.add(
        inRow(OWNER, length, "source", () => items.add(source)),
        inRow(OWNER, length, "target", () => items.add(target)),
        weight ?? 0,
        label ?? 0,
        relation === undefined
          ? 0
          : inRow(OWNER, length, "relation", () => relations.add(relation)),
      );
    }
    columns ??= new PairColumns({ weight: false, label: false, relation: false });
    return new ItemPairs({
      ...columns.take(),
      items: items.build(),
      relations: columns.has.relation ? relations.build() : undefined,
    });
  }

  /**
   * From columns that are dense indices already. The arrays are kept, not copied.
   * @throws FormatError when lengths differ, an index is beyond its vocabulary, a weight is negative or not finite, or a label is not 0 or 1
   */
  static fromColumns(columns: ItemPairColumns): ItemPairs {
    const { items, source, target, weight, label, relation, relations } = columns;
    checkLengths(OWNER, { source, target, weight, label, relation });
    if ((relation === undefined) !== (relations === undefined))
      throw new FormatError(
        `${OWNER}: expected a column "relation" and its vocabulary "relations", or neither`,
      );
    checkIndices(OWNER, "source", source, items.size);
    checkIndices(OWNER, "target", target, items.size);
    if (relation && relations) checkIndices(OWNER, "relation", relation, relations.size);
    if (weight) for (let row = 0; row < weight.length; row++) checkWeight(row, weight[row]);
    if (label) for (let row = 0; row < label.length; row++) checkLabel(row, label[row]);
    return new ItemPairs({ items, source, target, weight, label, relation, relations });
  }

  /** The pairs in the caller's own ids. */
  *rows(): IterableIterator<ItemPairRow> {
    const { items, weight, label, relation, relations } = this;
    for (let row = 0; row < this.length; row++)
      yield {
        source: items.id(this.source[row]),
        target: items.id(this.target[row]),
        ...(weight && { weight: weight[row] }),
        ...(label && { label: label[row] }),
        ...(relation && relations && { relation: relations.id(relation[row]) }),
      };
  }

  /**
   * Some of the pairs, with the same vocabularies: by row numbers, in their order, or by a test.
   * @throws KithError when a row number is too large
   */
  select(rows: Uint32Array | ((row: number) => boolean)): ItemPairs {
    const chosen = chosenRows(OWNER, this.length, rows);
    const { items, relations, weight, label, relation } = this;
    return new ItemPairs({
      items,
      relations,
      source: gathered(this.source, chosen),
      target: gathered(this.target, chosen),
      weight: weight && gathered(weight, chosen),
      label: label && gathered(label, chosen),
      relation: relation && gathered(relation, chosen),
    });
  }

  /** The same pairs with vocabularies of only the items and relations that occur, in their old order. */
  compact(): ItemPairs {
    const { source, target, weight, label, relation, relations } = this;
    const ends = occurring([source, target], this.items.size);
    const kinds = relation && relations && occurring([relation], relations.size);
    return new ItemPairs({
      items: this.items.pick(ends.kept),
      source: source.map((i) => ends.renumbered[i]),
      target: target.map((i) => ends.renumbered[i]),
      weight,
      label,
      relation: kinds && relation.map((r) => kinds.renumbered[r]),
      relations: kinds && relations.pick(kinds.kept),
    });
  }

  /** A stable hash of the content (vocabularies and pairs, in order): 16 hexadecimal digits. */
  hash(): string {
    return new ContentHash()
      .text(this.items.hash())
      .column(this.source)
      .column(this.target)
      .column(this.weight)
      .column(this.label)
      .column(this.relation)
      .text(this.relations?.hash() ?? "none")
      .digest();
  }
}

function asObject(
  row: ItemPairRow | readonly [source: Id, target: Id, weight?: number],
): Partial<ItemPairRow> & Pick<ItemPairRow, "source" | "target"> {
  if (!isTuple(row)) return row;
  const [source, target, weight] = row;
  return weight === undefined ? { source, target } : { source, target, weight };
}

function isTuple(
  row: ItemPairRow | readonly [source: Id, target: Id, weight?: number],
): row is readonly [source: Id, target: Id, weight?: number] {
  return Array.isArray(row);
}

function checkWeight(row: number, weight: number): void {
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new FormatError(
      `${OWNER}: row ${row}: weight must be a finite number of at least 0, got ${weight}`,
    );
}

function checkLabel(row: number, label: unknown): void {
  if (label !== 0 && label !== 1)
    throw new FormatError(`${OWNER}: row ${row}: label must be 0 or 1, got ${label}`);
}
