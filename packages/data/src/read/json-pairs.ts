import type { BadRows } from "./bad-rows.ts";
import { JsonRows, numberIn, own } from "./json-rows.ts";
import { type PairColumnOptions, PairsInTheMaking } from "./pair-roles.ts";

/** Takes pairs of items from lines of JSON objects. */
export class JsonPairs extends JsonRows<PairsInTheMaking> {
  readonly #options: PairColumnOptions;

  constructor(options: PairColumnOptions, bad: BadRows) {
    super(bad);
    this.#options = options;
  }

  protected override open(file: string, names: readonly string[]): PairsInTheMaking {
    return new PairsInTheMaking(file, names, this.#options);
  }

  protected override take(
    made: PairsInTheMaking,
    object: Record<string, unknown>,
    line: number,
  ): void {
    const { chosen, items, relations, rows } = made;
    const source = own(object, chosen.source);
    const target = own(object, chosen.target);
    const relation = own(object, chosen.relation);
    if (!this.areIds(items, "source", [source], line, chosen.source)) return;
    if (!this.areIds(items, "target", [source, target], line, chosen.target)) return;
    let weight = 0;
    if (chosen.weight !== undefined) {
      const given = own(object, chosen.weight);
      weight = Math.fround(numberIn(given));
      if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
        this.badValue(line, chosen.weight, "a finite number of at least 0", given);
        return;
      }
    }
    let label = 0;
    if (chosen.label !== undefined) {
      const given = own(object, chosen.label);
      label = numberIn(given);
      if (label !== 0 && label !== 1) {
        this.badValue(line, chosen.label, "0 or 1", given);
        return;
      }
    }
    if (
      chosen.relation !== undefined &&
      !this.areIds(relations, "relation", [relation], line, chosen.relation)
    )
      return;
    rows.add(
      this.idIn(items, source),
      this.idIn(items, target),
      weight,
      label,
      chosen.relation === undefined ? 0 : this.idIn(relations, relation),
    );
  }
}
