/**
 * All rows from the earliest to the latest; equal times keep their row order. A radix sort over the bits of the 64-bit
 * floats, sixteen at a time: linear, where sorting row numbers by comparison takes seconds for millions of rows.
 */
export function rowsByTime(time: Float64Array): Uint32Array {
  let rows: Uint32Array = new Uint32Array(time.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  if (isAscending(time)) return rows;
  const keys = new Float64Array(time.length);
  for (let row = 0; row < keys.length; row++) keys[row] = time[row] + 0; // −0 + 0 is 0, so the two are equal
  const bits = new Uint32Array(keys.buffer);
  for (let i = 0; i < bits.length; i += 2) {
    // orders as unsigned integers: negative numbers upside down, below the positive ones
    const flip = bits[i + 1] >>> 31 === 1 ? 0xffffffff : 0;
    bits[i] ^= flip;
    bits[i + 1] ^= flip | 0x80000000;
  }
  for (const [word, shift] of [
    [0, 0],
    [0, 16],
    [1, 0],
    [1, 16],
  ])
    rows = sortedByDigit(bits, word, shift, rows);
  return rows;
}

function isAscending(time: Float64Array): boolean {
  for (let i = 1; i < time.length; i++) if (time[i] < time[i - 1]) return false;
  return true;
}

function sortedByDigit(
  bits: Uint32Array,
  word: number,
  shift: number,
  rows: Uint32Array,
): Uint32Array {
  const next = new Uint32Array(0x10001);
  for (let i = word; i < bits.length; i += 2) next[((bits[i] >>> shift) & 0xffff) + 1]++;
  if (next.includes(rows.length, 1)) return rows; // all have the same digit
  for (let digit = 0; digit < 0xffff; digit++) next[digit + 1] += next[digit];
  const sorted = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++)
    sorted[next[(bits[2 * rows[i] + word] >>> shift) & 0xffff]++] = rows[i];
  return sorted;
}
