import type { BadRows } from "./bad-rows.ts";
import { DelimitedRows } from "./delimited-rows.ts";
import type { Format } from "./format.ts";
import {
  type ColumnOptions,
  columnsByPosition,
  InteractionsInTheMaking,
} from "./interaction-columns.ts";
import { parseNumber } from "./numbers.ts";
import { TimeColumn } from "./time-column.ts";

/** Takes interactions from rows of CSV, TSV and .inter. */
export class DelimitedInteractions extends DelimitedRows<InteractionsInTheMaking> {
  readonly #options: ColumnOptions;
  readonly #times = new TimeColumn();

  constructor(format: Format, options: ColumnOptions & { header?: boolean }, bad: BadRows) {
    super(format, options.header ?? true, bad);
    this.#options = options;
  }

  protected override open(
    file: string,
    names: readonly string[],
    hasHeader: boolean,
  ): InteractionsInTheMaking {
    const options = hasHeader ? this.#options : columnsByPosition(names.length, this.#options);
    return new InteractionsInTheMaking(file, names, options);
  }

  protected override take(
    made: InteractionsInTheMaking,
    bytes: Uint8Array,
    bounds: Int32Array,
    line: number,
  ): void {
    const { user, item, value, time, type } = made.at;
    const userStart = bounds[2 * user];
    const userEnd = bounds[2 * user + 1];
    if (userStart === userEnd) {
      this.emptyField(line, made.chosen.user, "user");
      return;
    }
    const itemStart = bounds[2 * item];
    const itemEnd = bounds[2 * item + 1];
    if (itemStart === itemEnd) {
      this.emptyField(line, made.chosen.item, "item");
      return;
    }
    let number = 0;
    if (value >= 0) {
      number = Math.fround(parseNumber(bytes, bounds[2 * value], bounds[2 * value + 1]));
      if (!(Math.abs(number) < Number.POSITIVE_INFINITY)) {
        this.badField(bytes, bounds, value, line, made.chosen.value, "a finite number");
        return;
      }
    }
    let seconds = 0;
    if (time >= 0) {
      seconds = this.#times.fromBytes(bytes, bounds[2 * time], bounds[2 * time + 1]);
      if (Number.isNaN(seconds)) {
        this.badField(bytes, bounds, time, line, made.chosen.time, this.#times.expected);
        return;
      }
    }
    let kind = 0;
    if (type >= 0) {
      const start = bounds[2 * type];
      const end = bounds[2 * type + 1];
      if (start === end) {
        this.emptyField(line, made.chosen.type, "type");
        return;
      }
      kind = this.idIn(made.types, bytes, start, end, line);
    }
    made.rows.add(
      this.idIn(made.users, bytes, userStart, userEnd, line),
      this.idIn(made.items, bytes, itemStart, itemEnd, line),
      number,
      seconds,
      kind,
    );
  }
}
