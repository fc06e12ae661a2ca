import { FormatError } from "@kith/core-tensors";
import { ItemPairs } from "../item-pairs.ts";
import { PairColumns } from "../pair-columns.ts";
import { VocabularyBuilder } from "../vocabulary.ts";
import { findColumn } from "./columns.ts";

/** Which columns hold what: a name, false for none, or left out to go by common names. */
export interface PairColumnOptions {
  /** Default: a column named source, src, a, item1 or from. */
  sourceColumn?: string;
  /** Default: a column named target, dst, b, item2 or to. */
  targetColumn?: string;
  /** Default: a column named weight, score or count, where there is one. */
  weightColumn?: string | false;
  /** Default: a column named relation, rel or type, where there is one. */
  relationColumn?: string | false;
  /** Default: a column named label, where there is one. */
  labelColumn?: string | false;
}

/** The columns that were taken, by the names they have in the file. */
export interface ChosenPairColumns {
  readonly source: string;
  readonly target: string;
  readonly weight?: string;
  readonly relation?: string;
  readonly label?: string;
}

const ROLES = ["source", "target", "weight", "relation", "label"] as const;
type PairRole = (typeof ROLES)[number];

/** Pairs in the making, and the columns they are made from; the readers of all formats end here. */
export class PairsInTheMaking {
  /** Of both ends. */
  readonly items: VocabularyBuilder = new VocabularyBuilder();
  readonly relations: VocabularyBuilder = new VocabularyBuilder();
  readonly rows: PairColumns;
  /** The places of the columns in a row; −1 for none. */
  readonly at: Readonly<Record<PairRole, number>>;
  readonly chosen: ChosenPairColumns;

  /** @throws FormatError when a column is not there, or is asked for twice */
  constructor(file: string, names: readonly string[], options: PairColumnOptions) {
    const at = {} as Record<PairRole, number>;
    for (const role of ROLES) {
      const others = ROLES.filter((other) => other !== role);
      const taken = others.map((other) => options[`${other}Column`]);
      at[role] = findColumn(file, names, role, options[`${role}Column`], taken);
    }
    for (const [i, role] of ROLES.entries()) {
      const other = ROLES.slice(0, i).find((other) => at[other] >= 0 && at[other] === at[role]);
      if (other !== undefined)
        throw new FormatError(
          `${file}: the ${other} and the ${role} cannot both be column ${JSON.stringify(names[at[role]])}`,
        );
    }
    this.at = at;
    this.chosen = {
      source: names[at.source],
      target: names[at.target],
      ...(at.weight >= 0 && { weight: names[at.weight] }),
      ...(at.relation >= 0 && { relation: names[at.relation] }),
      ...(at.label >= 0 && { label: names[at.label] }),
    };
    this.rows = new PairColumns({
      weight: at.weight >= 0,
      relation: at.relation >= 0,
      label: at.label >= 0,
    });
  }

  get length(): number {
    return this.rows.length;
  }

  build(): ItemPairs {
    return ItemPairs.fromColumns({
      ...this.rows.take(),
      items: this.items.build(),
      relations: this.rows.has.relation ? this.relations.build() : undefined,
    });
  }
}

/** Without a header, the order of most files: source, target, weight. */
export function pairColumnsByPosition(
  fields: number,
  options: PairColumnOptions,
): PairColumnOptions {
  const isTaken = ROLES.some((role) => options[`${role}Column`] === "3");
  return {
    ...options,
    sourceColumn: options.sourceColumn ?? "1",
    targetColumn: options.targetColumn ?? "2",
    weightColumn: options.weightColumn ?? (fields >= 3 && !isTaken && "3"),
  };
}
