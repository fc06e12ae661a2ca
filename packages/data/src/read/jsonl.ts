import type { Id, VocabularyBuilder } from "../vocabulary.ts";
import type { BadRows } from "./bad-rows.ts";
import { type ColumnOptions, InteractionsInTheMaking } from "./interaction-columns.ts";
import { decodeField, parseText } from "./numbers.ts";
import type { Rows } from "./scan.ts";
import { TimeColumn } from "./time-column.ts";

/** One line of JSONL, or the sentence that says why it is none. */
export function parseObject(
  bytes: Uint8Array,
  bounds: Int32Array,
): Record<string, unknown> | string {
  const text = decodeField(bytes, bounds[0], bounds[1]);
  if (text === undefined) return "it is not valid UTF-8";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // said below
  }
  return "expected one JSON object on the line";
}

/** Takes lines of JSON objects; the first one's keys are the columns. Ids that are JSON numbers stay numbers. */
export class JsonInteractions implements Rows {
  made: InteractionsInTheMaking | undefined;
  readonly #options: ColumnOptions;
  readonly #bad: BadRows;
  readonly #times = new TimeColumn();
  #idKinds: { user: string; item: string } | undefined;

  constructor(options: ColumnOptions, bad: BadRows) {
    this.#options = options;
    this.#bad = bad;
  }

  get length(): number {
    return this.made?.rows.length ?? 0;
  }

  badRow(line: number, reason: string): void {
    this.#bad.add(line, undefined, reason);
  }

  row(bytes: Uint8Array, bounds: Int32Array, _fields: number, line: number): void {
    const object = parseObject(bytes, bounds);
    if (typeof object === "string") {
      this.#bad.add(line, undefined, object);
      return;
    }
    this.made ??= new InteractionsInTheMaking(this.#bad.name, Object.keys(object), this.#options);
    const { chosen, users, items, rows } = this.made;

    const user = own(object, chosen.user);
    const item = own(object, chosen.item);
    for (const [role, column, id] of [
      ["user", chosen.user, user],
      ["item", chosen.item, item],
    ] as const) {
      const problem = idProblem(role, id, this.#idKinds?.[role]);
      if (problem !== undefined) {
        this.#bad.add(line, column, problem);
        return;
      }
    }
    let value = 0;
    if (chosen.value !== undefined) {
      value = Math.fround(numberIn(own(object, chosen.value)));
      if (!Number.isFinite(value)) {
        this.#badValue(line, chosen.value, "a finite number", own(object, chosen.value));
        return;
      }
    }
    let time = 0;
    if (chosen.time !== undefined) {
      const given = own(object, chosen.time);
      const isTime = typeof given === "string" || typeof given === "number";
      time = isTime ? this.#times.fromText(String(given)) : Number.NaN;
      if (Number.isNaN(time)) {
        this.#badValue(line, chosen.time, this.#times.expected, given);
        return;
      }
    }
    this.#idKinds ??= { user: typeof user, item: typeof item };
    rows.add(addTo(users, user), addTo(items, item), value, time);
  }

  #badValue(line: number, column: string, expected: string, got: unknown): void {
    const shown = JSON.stringify(got)?.slice(0, 60) ?? "nothing";
    this.#bad.add(line, column, `expected ${expected}, got ${shown}`);
  }
}

function idProblem(
  role: "user" | "item",
  id: unknown,
  kind: string | undefined,
): string | undefined {
  if (id === undefined || id === null || id === "") return `the ${role} is empty`;
  if (typeof id !== "string" && typeof id !== "number")
    return `the ${role} must be a string or a number, got ${JSON.stringify(id).slice(0, 60)}`;
  if (typeof id === "number" && Math.abs(id) > Number.MAX_SAFE_INTEGER)
    return `${id} is too large to be exact as a number; write the ${role} as a string`;
  if (typeof id === "string" && /\p{Surrogate}/u.test(id))
    return `the ${role} is not well-formed Unicode`;
  if (kind !== undefined && kind !== typeof id)
    return `the ${role} is a ${typeof id}, but a ${kind} in the rows before`;
  return undefined;
}

/** `idProblem` has made sure of the type. */
function addTo(vocabulary: VocabularyBuilder, id: unknown): number {
  return vocabulary.add(id as Id);
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? parseText(value) : Number.NaN;
}
