import { parseDate, parseNumber, parseText, textOf } from "./numbers.ts";

/**
 * Reads times: numbers as they are, or ISO 8601 dates as seconds since 1970. A file has one or the other: numbers may be
 * milliseconds or days, and mixing those with seconds would go unnoticed.
 */
export class TimeColumn {
  #kind: "number" | "date" | undefined;

  /** NaN when it is neither. */
  fromBytes(bytes: Uint8Array, start: number, end: number): number {
    if (this.#kind !== "date") {
      const number = parseNumber(bytes, start, end);
      if (!Number.isNaN(number)) {
        this.#kind = "number";
        return number;
      }
    }
    return this.#date(textOf(bytes, start, end));
  }

  fromText(text: string): number {
    if (this.#kind !== "date") {
      const number = parseText(text);
      if (!Number.isNaN(number)) {
        this.#kind = "number";
        return number;
      }
    }
    return this.#date(text);
  }

  /** What was expected, for the message about a time that is NaN. */
  get expected(): string {
    if (this.#kind === "number") return "a number, as in the rows before";
    if (this.#kind === "date") return "an ISO 8601 date, as in the rows before";
    return "a number or an ISO 8601 date (if this column is no time, pass timeColumn: false)";
  }

  #date(text: string): number {
    if (this.#kind === "number") return Number.NaN;
    const seconds = parseDate(text);
    if (!Number.isNaN(seconds)) this.#kind = "date";
    return seconds;
  }
}
