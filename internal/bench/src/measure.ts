/** A competitor in a measurement: `prepare` is not timed. */
export interface Contender {
  readonly name: string;
  prepare?(): Promise<unknown> | unknown;
  run(): unknown;
}

/** Milliseconds: the median and the range of the runs. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/**
 * Times contenders in turn, round after round, so that a slow spell of the machine hits all of them. Each gets `warmup` runs after
 * every `prepare` and then `runs` timed ones.
 */
export async function interleaved(
  contenders: readonly Contender[],
  { rounds = 5, runs = 3, warmup = 2 }: { rounds?: number; runs?: number; warmup?: number } = {},
): Promise<Record<string, Timing>> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) {
      await contender.prepare?.();
      for (let i = 0; i < warmup; i++) contender.run();
      for (let i = 0; i < runs; i++) {
        const started = performance.now();
        contender.run();
        times.get(contender.name)?.push(performance.now() - started);
      }
    }
  return Object.fromEntries(
    [...times].map(([name, all]) => [
      name,
      { median: median(all), least: Math.min(...all), most: Math.max(...all), runs: all.length },
    ]),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
