const { abs, floor, fround, round } = Math; // looking them up each time is slow where globals are virtual, as under jest
const [BLANK, MINUS, POINT, ZERO] = [32, 45, 46, 48];
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** Digits that every float32 needs at least, and at most, to be told from its neighbours. */
const [FEWEST_DIGITS, MOST_DIGITS] = [6, 9];
/** From the first up to the second, numbers are written without an exponent. */
const [SMALLEST_PLAIN, LARGEST_PLAIN] = [1e-5, 1e7];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const utf8 = new TextDecoder();

/** Bytes that `writeFloat` needs at most. */
export const LONGEST_FLOAT = 24;

/** Writes a finite float32 as the shortest decimal that reads back as the same; where it ends. */
export function writeFloat(x: number, out: Uint8Array, at: number): number {
  if (x < 0 || Object.is(x, -0)) out[at++] = MINUS;
  const size = abs(x);
  if (size === 0) out[at++] = ZERO;
  else if (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN) return writePlain(size, out, at);
  else {
    let text = "";
    for (let digits = 1; digits <= MOST_DIGITS; digits++) {
      text = size.toExponential(digits - 1);
      if (fround(Number(text)) === size) break;
    }
    for (let k = 0; k < text.length; k++) out[at++] = text.charCodeAt(k);
  }
  return at;
}

/** digits · 10^−decimals, with as few digits as it takes. Both the product and the quotient are rounded once, so this is exact. */
function writePlain(x: number, out: Uint8Array, at: number): number {
  let decimals = FEWEST_DIGITS - 1;
  for (let top = 10; top <= x; top *= 10) decimals--;
  for (let top = 1; top > x; top /= 10) decimals++;
  if (decimals < 0) decimals = 0;
  let digits = 0;
  for (; ; decimals++) {
    digits = round(x * POWERS_OF_TEN[decimals]);
    if (fround(digits / POWERS_OF_TEN[decimals]) === x) break;
  }
  while (decimals > 0 && digits % 10 === 0) {
    digits /= 10;
    decimals--;
  }
  const whole = floor(digits / POWERS_OF_TEN[decimals]);
  at = writeDigits(whole, digitsOf(whole), out, at);
  if (decimals === 0) return at;
  out[at++] = POINT;
  return writeDigits(digits - whole * POWERS_OF_TEN[decimals], decimals, out, at);
}

/** A whole number below 2³¹ in `width` digits, zeros first. */
function writeDigits(number: number, width: number, out: Uint8Array, at: number): number {
  let rest = number | 0;
  for (let k = at + width - 1; k >= at; k--) {
    const tenth = (rest / 10) | 0;
    out[k] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + width;
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let top = 10; top <= number; top *= 10) digits++;
  return digits;
}

/**
 * Reads decimals separated by blanks from bytes[start] … bytes[end] into out[to …], and counts them: those beyond the first `most` are
 * counted only. What is no number is NaN.
 *
 * Plain decimals are read on the way: up to 15 digits make an exact integer, the first nine bytes of it in an int32, and one quotient by an
 * exact power of ten rounds once (Clinger, PLDI 1990). Others are left to JavaScript.
 */
export function readFloats(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Float32Array,
  to: number,
  most: number,
): number {
  let count = 0;
  for (let at = start; ; ) {
    while (at < end && bytes[at] <= BLANK) at++;
    if (at === end) return count;
    const begin = at;
    if (bytes[at] === MINUS) at++;
    const first = at;
    const shortEnd = Math.min(end, first + 9);
    let point = 0;
    let integer = 0;
    for (; at < shortEnd; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >= 0 && digit <= 9) integer = (integer * 10 + digit) | 0;
      else if (bytes[at] === POINT && point === 0) point = at + 1;
      else break;
    }
    let digits = integer;
    if (at === shortEnd)
      for (; at < end; at++) {
        const digit = bytes[at] - ZERO;
        if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
        else if (bytes[at] === POINT && point === 0) point = at + 1;
        else break;
      }
    const decimals = point === 0 ? 0 : at - point;
    const width = at - first - (point === 0 ? 0 : 1);
    let value = digits / POWERS_OF_TEN[decimals];
    if (first > begin) value = -value;
    if ((at < end && bytes[at] > BLANK) || width === 0 || width > 15) {
      while (at < end && bytes[at] > BLANK) at++;
      value = readSlowly(bytes, begin, at);
    }
    if (count < most) out[to + count] = value;
    count++;
  }
}

function readSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = utf8.decode(bytes.subarray(start, end));
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
