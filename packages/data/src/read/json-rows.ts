import type { Id, VocabularyBuilder } from "../vocabulary.ts";
import type { BadRows } from "./bad-rows.ts";
import { decodeField, parseText } from "./numbers.ts";
import type { Rows } from "./scan.ts";

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
export abstract class JsonRows<Made extends { readonly length: number }> implements Rows {
  /** What the rows become; undefined before the first one. */
  made: Made | undefined;
  readonly #bad: BadRows;
  readonly #idKinds = new Map<VocabularyBuilder, string>();

  constructor(bad: BadRows) {
    this.#bad = bad;
  }

  /** Finds the columns. @throws FormatError when one is not there */
  protected abstract open(file: string, names: readonly string[]): Made;

  /** Takes one object. */
  protected abstract take(made: Made, object: Record<string, unknown>, line: number): void;

  get length(): number {
    return this.made?.length ?? 0;
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
    this.made ??= this.open(this.#bad.name, Object.keys(object));
    this.take(this.made, object, line);
  }

  /** Whether all these ids can go into the vocabulary; if not, the row is bad. */
  protected areIds(
    vocabulary: VocabularyBuilder,
    role: string,
    ids: readonly unknown[],
    line: number,
    column: string,
  ): boolean {
    let kind = this.#idKinds.get(vocabulary);
    for (const id of ids) {
      const problem = idProblem(role, id, kind);
      if (problem !== undefined) {
        this.#bad.add(line, column, problem);
        return false;
      }
      kind ??= typeof id;
    }
    return true;
  }

  /** The index of an id that `areIds` has accepted. */
  protected idIn(vocabulary: VocabularyBuilder, id: unknown): number {
    if (vocabulary.size === 0) this.#idKinds.set(vocabulary, typeof id);
    return vocabulary.add(id as Id);
  }

  protected badValue(line: number, column: string, expected: string, got: unknown): void {
    const shown = JSON.stringify(got)?.slice(0, 60) ?? "nothing";
    this.#bad.add(line, column, `expected ${expected}, got ${shown}`);
  }
}

function idProblem(role: string, id: unknown, kind: string | undefined): string | undefined {
  if (id === undefined || id === null || id === "") return `the ${role} is empty`;
  if (typeof id !== "string" && typeof id !== "number")
    return `the ${role} must be a string or a number, got ${JSON.stringify(id).slice(0, 60)}`;
  if (typeof id === "number" && Math.abs(id) > Number.MAX_SAFE_INTEGER)
    return `${id} is too large to be exact as a number; write the ${role} as a string`;
  if (typeof id === "string" && /\p{Surrogate}/u.test(id))
    return `the ${role} is not well-formed Unicode`;
  if (kind !== undefined && kind !== typeof id)
    return `the ${role} is a ${typeof id}, but a ${kind} before`;
  return undefined;
}

/** What an object has under a key of its own; undefined where there is no such column. */
export function own(object: Record<string, unknown>, key: string | undefined): unknown {
  return key !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The number that a JSON value is or says, or NaN. */
export function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? parseText(value) : Number.NaN;
}
