/**
 * Cuts parallel columns, such as an epoch's triples, into batches of `size` rows, the last one shorter: views, no copies.
 * @param columns arrays of one length
 */
export function* batches<Name extends string>(
  columns: Readonly<Record<Name, Uint32Array>>,
  size: number,
): Generator<Record<Name, Uint32Array>> {
  const entries = Object.entries(columns) as [Name, Uint32Array][];
  const length = entries[0]?.[1].length ?? 0;
  for (let begin = 0; begin < length; begin += size)
    yield Object.fromEntries(
      entries.map(([name, column]) => [
        name,
        column.subarray(begin, Math.min(length, begin + size)),
      ]),
    ) as Record<Name, Uint32Array>;
}
