import type { BadRows } from "./bad-rows.ts";
import { type ColumnOptions, InteractionsInTheMaking } from "./interaction-columns.ts";
import { JsonRows, numberIn, own } from "./json-rows.ts";
import { TimeColumn } from "./time-column.ts";

/** Takes interactions from lines of JSON objects. */
export class JsonInteractions extends JsonRows<InteractionsInTheMaking> {
  readonly #options: ColumnOptions;
  readonly #times = new TimeColumn();

  constructor(options: ColumnOptions, bad: BadRows) {
    super(bad);
    this.#options = options;
  }

  protected override open(file: string, names: readonly string[]): InteractionsInTheMaking {
    return new InteractionsInTheMaking(file, names, this.#options);
  }

  protected override take(
    made: InteractionsInTheMaking,
    object: Record<string, unknown>,
    line: number,
  ): void {
    const { chosen, users, items, types, rows } = made;
    const user = own(object, chosen.user);
    const item = own(object, chosen.item);
    if (!this.areIds(users, "user", [user], line, chosen.user)) return;
    if (!this.areIds(items, "item", [item], line, chosen.item)) return;
    let value = 0;
    if (chosen.value !== undefined) {
      const given = own(object, chosen.value);
      value = Math.fround(numberIn(given));
      if (!Number.isFinite(value)) {
        this.badValue(line, chosen.value, "a finite number", given);
        return;
      }
    }
    let time = 0;
    if (chosen.time !== undefined) {
      const given = own(object, chosen.time);
      const isTime = typeof given === "string" || typeof given === "number";
      time = isTime ? this.#times.fromText(String(given)) : Number.NaN;
      if (Number.isNaN(time)) {
        this.badValue(line, chosen.time, this.#times.expected, given);
        return;
      }
    }
    const type = own(object, chosen.type);
    if (chosen.type !== undefined && !this.areIds(types, "type", [type], line, chosen.type)) return;
    rows.add(
      this.idIn(users, user),
      this.idIn(items, item),
      value,
      time,
      chosen.type === undefined ? 0 : this.idIn(types, type),
    );
  }
}
