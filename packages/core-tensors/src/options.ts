import { OptionError } from "./errors.ts";

/** What an option is when left out, and what it must be when given. */
export interface Rule<T> {
  readonly default: T;
  /** What is accepted, in words that complete "must be …". */
  readonly wanted: string;
  accepts(value: unknown): boolean;
}

/** The rules of all options of `T`, by name. */
export type Rules<T> = { readonly [K in keyof T]-?: Rule<Exclude<T[K], undefined>> };

const LARGEST_INTEGER = 2 ** 31 - 1;

/** A whole number from `least` (0 unless told) to 2³¹ − 1. */
export const wholeNumber = (
  byDefault: number,
  least: number = 0,
  most: number = LARGEST_INTEGER,
): Rule<number> => ({
  default: byDefault,
  wanted: `a whole number from ${least} to ${most}`,
  accepts: (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
});

/** A whole number of at least 1. */
export const positiveInteger = (byDefault: number, most: number = LARGEST_INTEGER): Rule<number> =>
  wholeNumber(byDefault, 1, most);

/** A finite number of at least 0. */
export const nonNegative = (byDefault: number): Rule<number> => ({
  default: byDefault,
  wanted: "a finite number of at least 0",
  accepts: (value) => Number.isFinite(value) && (value as number) >= 0,
});

/** A finite number from `least` to `most`. */
export const between = (byDefault: number, least: number, most: number): Rule<number> => ({
  default: byDefault,
  wanted: `a number from ${least} to ${most}`,
  accepts: (value) =>
    Number.isFinite(value) && (value as number) >= least && (value as number) <= most,
});

/** A finite number above 0. */
export const positive = (byDefault: number): Rule<number> => ({
  default: byDefault,
  wanted: "a finite number above 0",
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
});

/** A number from 0 up to but not including 1, such as a dropout rate. */
export const fraction = (byDefault: number): Rule<number> => ({
  default: byDefault,
  wanted: "a number from 0 up to but not including 1",
  accepts: (value) => Number.isFinite(value) && (value as number) >= 0 && (value as number) < 1,
});

/** One of a few words. */
export const oneOf = <const T extends string>(
  choices: readonly T[],
  byDefault: NoInfer<T>,
): Rule<T> => ({
  default: byDefault,
  wanted: `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`,
  accepts: (value) => choices.includes(value as T),
});

/** true or false. */
export const flag = (byDefault: boolean): Rule<boolean> => ({
  default: byDefault,
  wanted: "true or false",
  accepts: (value) => typeof value === "boolean",
});

/**
 * Fills in defaults, and refuses unknown or ill-formed options by name.
 * @throws OptionError naming the option, what was wanted and what came
 */
export function resolveOptions<T extends object>(
  owner: string,
  given: T,
  rules: Rules<T>,
): { readonly [K in keyof T]-?: Exclude<T[K], undefined> } {
  checkNames(owner, given, Object.keys(rules));
  const resolved = {} as { [K in keyof T]-?: Exclude<T[K], undefined> };
  for (const name of Object.keys(rules) as (keyof T & string)[]) {
    const value = given[name] === undefined ? rules[name].default : given[name];
    if (!rules[name].accepts(value))
      throw new OptionError(owner, name, `must be ${rules[name].wanted}, got ${shown(value)}`);
    resolved[name] = value as Exclude<T[typeof name], undefined>;
  }
  return resolved;
}

/**
 * Refuses what is no object of options, and names that are not among those known.
 * @throws OptionError
 */
export function checkNames(owner: string, given: object, names: readonly string[]): void {
  if (typeof given !== "object" || given === null)
    throw new OptionError(owner, "options", `must be an object, got ${shown(given)}`);
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw new OptionError(owner, name, `is unknown; it takes ${names.join(", ")}`);
}

function shown(value: unknown): string {
  const asJson = typeof value === "string" || (typeof value === "object" && value !== null);
  return asJson ? JSON.stringify(value) : String(value);
}
