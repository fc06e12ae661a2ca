const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/**
 * The decimal number in bytes[start] … bytes[end], correctly rounded, or NaN when it is none or not finite.
 * Up to 15 digits make an exact integer, and dividing that by an exact power of ten rounds once (Clinger, PLDI 1990).
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === 45;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let digits = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - 48;
    if (digit < 0 || digit > 9) break;
    digits = digits * 10 + digit;
  }
  let decimals = 0;
  if (at < end && bytes[at] === 46) {
    const point = at++;
    for (; at < end; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) break;
      digits = digits * 10 + digit;
    }
    decimals = at - point - 1;
    if (decimals === 0) return parseText(textOf(bytes, start, end));
  }
  if (at < end || at === first || at - first > 15) return parseText(textOf(bytes, start, end));
  const magnitude = decimals === 0 ? digits : digits / POWERS_OF_TEN[decimals];
  return isNegative ? -magnitude : magnitude;
}

/**
 * An ISO 8601 date, with or without a time of day, as seconds since 1970-01-01T00:00Z, or NaN. A time without a zone is taken as UTC.
 */
export function parseDate(text: string): number {
  const match = ISO_8601.exec(text.trim());
  if (match === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would read the years 0–99 as 1900–1999
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  return date.getTime() / 1000 + Number(`0.${match[7] ?? 0}`) - zoneOffset(match[8]);
}

/** The number that a text is, or NaN. */
export function parseText(text: string): number {
  const trimmed = text.trim();
  const number = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

/** Text for messages and rare cases: bytes that are not UTF-8 show as �. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return lenient.decode(bytes.subarray(start, end));
}

/** The text of a field, or undefined when its bytes are not UTF-8. */
export function decodeField(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || /^z$/i.test(zone)) return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3).replace(":", "")) * 60;
  return zone[0] === "-" ? -seconds : seconds;
}
