import type { BadRows } from "./bad-rows.ts";
import { DelimitedRows } from "./delimited-rows.ts";
import type { Format } from "./format.ts";
import { parseNumber } from "./numbers.ts";
import { type PairColumnOptions, PairsInTheMaking, pairColumnsByPosition } from "./pair-roles.ts";

/** Takes pairs of items from rows of CSV, TSV and .inter. */
export class DelimitedPairs extends DelimitedRows<PairsInTheMaking> {
  readonly #options: PairColumnOptions;

  constructor(format: Format, options: PairColumnOptions & { header?: boolean }, bad: BadRows) {
    super(format, options.header ?? true, bad);
    this.#options = options;
  }

  protected override open(
    file: string,
    names: readonly string[],
    hasHeader: boolean,
  ): PairsInTheMaking {
    const options = hasHeader ? this.#options : pairColumnsByPosition(names.length, this.#options);
    return new PairsInTheMaking(file, names, options);
  }

  protected override take(
    made: PairsInTheMaking,
    bytes: Uint8Array,
    bounds: Int32Array,
    line: number,
  ): void {
    const { items, relations, at, chosen } = made;
    const sourceStart = bounds[2 * at.source];
    const sourceEnd = bounds[2 * at.source + 1];
    if (sourceStart === sourceEnd) {
      this.emptyField(line, chosen.source, "source");
      return;
    }
    const targetStart = bounds[2 * at.target];
    const targetEnd = bounds[2 * at.target + 1];
    if (targetStart === targetEnd) {
      this.emptyField(line, chosen.target, "target");
      return;
    }
    let weight = 0;
    if (at.weight >= 0) {
      weight = Math.fround(parseNumber(bytes, bounds[2 * at.weight], bounds[2 * at.weight + 1]));
      if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
        const expected = "a finite number of at least 0";
        this.badField(bytes, bounds, at.weight, line, chosen.weight, expected);
        return;
      }
    }
    let label = 0;
    if (at.label >= 0) {
      label = parseNumber(bytes, bounds[2 * at.label], bounds[2 * at.label + 1]);
      if (label !== 0 && label !== 1) {
        this.badField(bytes, bounds, at.label, line, chosen.label, "0 or 1");
        return;
      }
    }
    let relation = 0;
    if (at.relation >= 0) {
      const start = bounds[2 * at.relation];
      const end = bounds[2 * at.relation + 1];
      if (start === end) {
        this.emptyField(line, chosen.relation, "relation");
        return;
      }
      relation = this.idIn(relations, bytes, start, end, line);
    }
    made.rows.add(
      this.idIn(items, bytes, sourceStart, sourceEnd, line),
      this.idIn(items, bytes, targetStart, targetEnd, line),
      weight,
      label,
      relation,
    );
  }
}
