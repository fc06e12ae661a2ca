import { FormatError } from "@kith/core-tensors";

/** A row that was left out, and why. */
export interface BadRow {
  /** Counted from 1; the line where the row begins. */
  readonly line: number;
  readonly reason: string;
}

const KEPT = 20;

/** Bad rows are an error or are counted; never dropped silently. */
export class BadRows {
  /** The first twenty. */
  readonly first: BadRow[] = [];
  count = 0;

  /** @param allowed how many may be skipped: 0 throws on the first one */
  constructor(
    readonly name: string,
    readonly allowed: number,
  ) {}

  /** @throws FormatError when there are more bad rows than allowed */
  add(line: number, column: string | undefined, problem: string): void {
    this.count++;
    const reason = column === undefined ? problem : `column ${JSON.stringify(column)}: ${problem}`;
    if (this.first.length < KEPT) this.first.push({ line, reason });
    if (this.count <= this.allowed) return;
    if (this.allowed === 0)
      throw new FormatError(
        `${this.name}, line ${line}${column === undefined ? ": " : ", "}${reason}`,
      );
    throw new FormatError(
      `${this.name}: more than ${this.allowed} bad rows; the first is line ${this.first[0].line}, ${this.first[0].reason}`,
    );
  }
}
