/** Takes sentences for people, beside the results. */
export type Tell = (sentence: string) => void;

/** 12345 → "12,345". */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** 1 → "1 row", 2 → "2 rows". */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** a, b and c. */
export function inWords(words: readonly (string | number)[], last = "and"): string {
  return words.length < 2
    ? words.join("")
    : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** a, b or c. */
export function anyOf(words: readonly string[]): string {
  return inWords(words, "or");
}
