import { OptionError } from "@kith/core-tensors";

/** What an option that is given must be, in words that complete "must be …". */
export interface Wanted {
  readonly wanted: string;
  accepts(value: unknown): boolean;
}

export const text: Wanted = {
  wanted: "a string that is not empty",
  accepts: (value) => typeof value === "string" && value !== "",
};

export const textOrFalse: Wanted = {
  wanted: "a column's name, or false for no such column",
  accepts: (value) => value === false || text.accepts(value),
};

export const flag: Wanted = {
  wanted: "true or false",
  accepts: (value) => typeof value === "boolean",
};

export const finite: Wanted = {
  wanted: "a finite number",
  accepts: (value) => Number.isFinite(value),
};

export const positive: Wanted = {
  wanted: "a finite number above 0",
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
};

export const share: Wanted = {
  wanted: "a number above 0 and below 1",
  accepts: (value) => Number.isFinite(value) && (value as number) > 0 && (value as number) < 1,
};

export const count: Wanted = {
  wanted: "a whole number of at least 0",
  accepts: (value) => Number.isInteger(value) && (value as number) >= 0,
};

export const abortSignal: Wanted = {
  wanted: "an AbortSignal",
  accepts: (value) => typeof (value as AbortSignal | null)?.throwIfAborted === "function",
};

export const oneOf = (...choices: string[]): Wanted => ({
  wanted: `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`,
  accepts: (value) => choices.includes(value as string),
});

/**
 * Refuses unknown and ill-formed options by name. Unlike resolveOptions of core-tensors it fills nothing in: here what is
 * left out is found in the data.
 * @throws OptionError naming the option, what was wanted and what came
 */
export function checkOptions<T extends object>(
  owner: string,
  given: T,
  rules: { readonly [K in keyof T]-?: Wanted },
): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(rules, name))
      throw new OptionError(owner, name, `is unknown; it takes ${Object.keys(rules).join(", ")}`);
    const rule = rules[name as keyof T];
    if (value !== undefined && !rule.accepts(value))
      throw new OptionError(
        owner,
        name,
        `must be ${rule.wanted}, got ${typeof value === "string" ? JSON.stringify(value) : String(value)}`,
      );
  }
}
