import { type Id, type ItemPairs, Vocabulary } from "@kith/data";
import {
  type Epoch,
  ItemRecommender,
  type ItemScore,
  type Learned,
  type TensorReader,
} from "../../src/index.ts";

export interface VectorsOptions {
  score: ItemScore;
  /** Whether there are two tables. */
  queries: boolean;
  /** Whether it learns more than its tables: colours by number, which have a vocabulary. */
  colours: boolean;
}

type Rows = readonly (readonly number[])[];

/** A model of items whose vectors are written down. */
export class Vectors extends ItemRecommender<ItemPairs> {
  readonly name = "Vectors";
  readonly options: VectorsOptions;
  #colours: { of: Uint32Array; names: Vocabulary } | undefined;

  constructor(options: Partial<VectorsOptions> = {}) {
    super();
    this.options = { score: "cosine", queries: false, colours: false, ...options };
  }

  /** Of vectors by the names of items. */
  static of(
    rows: Record<string, readonly number[]>,
    options: Partial<VectorsOptions> = {},
  ): Vectors {
    const model = new Vectors(options);
    model.learn(Object.keys(rows), Object.values(rows));
    return model;
  }

  static load(file: Uint8Array): Vectors {
    return Vectors.restore("Vectors", file, (options) => new Vectors(options));
  }

  override get scoring(): ItemScore {
    return this.options.score;
  }

  protected override get hasQueryTable(): boolean {
    return this.options.queries;
  }

  async *train(): AsyncGenerator<Epoch, void, void> {}

  /** New items, with vectors of one length, and their vectors when asked about. */
  learn(items: Iterable<Id>, rows: Rows, queries: Rows = rows): void {
    this.learnItems(Vocabulary.from(items));
    if (this.options.colours)
      this.#colours = {
        of: Uint32Array.from(rows, (_, n) => n % 2),
        names: Vocabulary.from(["red", "blue"]),
      };
    this.update(rows, queries);
  }

  /** New vectors for the same items. */
  update(rows: Rows, queries: Rows = rows): void {
    this.updateTables(rows[0].length, (tables) => {
      tables.items.data.set(rows.flat());
      if (this.hasQueryTable) tables.queries.data.set(queries.flat());
    });
  }

  /** The colour of an item. */
  colourOf(item: Id): Id | undefined {
    return this.#colours?.names.id(this.#colours.of[this.itemIndex(item)]);
  }

  protected override learnedMore(): Partial<Learned> {
    if (!this.#colours) return {};
    const { of, names } = this.#colours;
    return {
      tensors: { "items.colour": { shape: [of.length], data: of } },
      vocabularies: { colours: names },
    };
  }

  protected override adoptMore(
    tensors: TensorReader,
    vocabularies: Learned["vocabularies"],
    { items }: { items: number },
  ): void {
    if (!this.options.colours) return;
    this.#colours = { of: tensors.uint32("items.colour", [items]), names: vocabularies.colours };
  }
}
