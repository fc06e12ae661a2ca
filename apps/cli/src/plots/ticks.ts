/** Round numbers from `least` to `greatest`, both included where they are round: 1, 2 or 5 times a power of ten apart. */
export function ticksOf(
  [least, greatest]: readonly [number, number],
  { most, isWhole = false }: { readonly most: number; readonly isWhole?: boolean | undefined },
): number[] {
  const rough = (greatest - least) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 5, 10].map((n) => n * power).find((each) => each >= rough * (1 - 1e-9));
  const step = Math.max(round ?? 10 * power, isWhole ? 1 : 0);
  const ticks: number[] = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= greatest + step * 1e-9; n++)
    ticks.push(Number((n * step).toPrecision(12))); // without 0.30000000000000004
  return ticks;
}

/** Numbers as text, all with as many decimals as they need to differ. */
export function tickTexts(ticks: readonly number[]): string[] {
  if (ticks.some((tick) => Math.abs(tick) >= 1e6 || (tick !== 0 && Math.abs(tick) < 1e-4)))
    return ticks.map((tick) => String(tick));
  const decimals = Math.max(0, ...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return ticks.map((tick) => tick.toFixed(decimals));
}
