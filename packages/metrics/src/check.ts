import { MetricError } from "./errors.ts";

/** Quotes what came, short enough for a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

export function checkList(who: string, name: string, list: ArrayLike<unknown>): void {
  const isList =
    typeof list === "object" && list !== null && Number.isInteger(list.length) && list.length >= 0;
  if (!isList) throw new MetricError(`${who}: expected ${name} to be a list, got ${show(list)}`);
}

export function checkPositiveInteger(who: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new MetricError(`${who}: expected ${name} to be a positive integer, got ${show(value)}`);
}

export function checkSameLength(
  who: string,
  [aName, a]: readonly [string, ArrayLike<unknown>],
  [bName, b]: readonly [string, ArrayLike<unknown>],
): void {
  checkList(who, aName, a);
  checkList(who, bName, b);
  if (a.length === b.length) return;
  throw new MetricError(
    `${who}: expected as many ${bName} as ${aName} (${a.length}), got ${b.length}`,
  );
}

/** Every value is a finite number, and there is at least one. */
export function checkFinite(who: string, name: string, values: ArrayLike<number>): void {
  checkList(who, name, values);
  checkNotEmpty(who, name, values);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new MetricError(
      `${who}: expected ${name} to be finite numbers, got ${show(values[i])} at position ${i}`,
    );
  }
}

export function checkNotEmpty(who: string, name: string, values: ArrayLike<unknown>): void {
  if (values.length > 0) return;
  throw new MetricError(`${who}: expected at least one of ${name}, got an empty list`);
}

/** Lets a finite result through: sums of huge numbers overflow to Infinity, and Infinity / Infinity is NaN. */
export function finiteResult(who: string, result: number): number {
  if (Number.isFinite(result)) return result;
  throw new MetricError(
    `${who}: expected numbers whose sums are finite; these overflow, rescale them`,
  );
}

/** Scores may be infinite (−∞ is the usual mask) but never NaN: NaN is neither above nor below nor tied. */
export function checkScore(who: string, score: number, position: number): void {
  if (typeof score === "number" && !Number.isNaN(score)) return;
  throw new MetricError(
    `${who}: expected scores to be numbers, got ${show(score)} at position ${position}; a model that scores NaN has diverged`,
  );
}

/** An item is a string or a number that equals itself: NaN and holes match nothing. */
export function checkItem(who: string, item: unknown, position: number): void {
  if (typeof item === "string" || (typeof item === "number" && !Number.isNaN(item))) return;
  throw new MetricError(
    `${who}: expected items to be strings or numbers, got ${show(item)} at position ${position}`,
  );
}

/** One draw from [0, 1), checked: a source that returns 1 or NaN would index past the end. */
export function draw(who: string, random: () => number): number {
  if (typeof random !== "function") {
    throw new MetricError(
      `${who}: expected a function random that returns numbers in [0, 1), got ${show(random)}; pass a seeded generator`,
    );
  }
  const value = random();
  if (value >= 0 && value < 1) return value;
  throw new MetricError(
    `${who}: expected random() to return a number in [0, 1), got ${show(value)}`,
  );
}

/** Refuses misspelt options, which would otherwise be ignored in silence. */
export function checkOptions(who: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new MetricError(`${who}: expected options { ${known.join(", ")} }, got ${show(options)}`);
  }
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    throw new MetricError(`${who}: option "${option}" is unknown; it takes ${known.join(", ")}`);
  }
}
