/** The alias table of weights as kernels take it: slot n gives n where a word is below thresholds[n], else aliases[n]. */
export function aliasTable(weights: readonly number[]): {
  readonly thresholds: number[];
  readonly aliases: number[];
} {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const left = weights.map((weight) => (weight * weights.length) / total);
  const thresholds = weights.map(() => 2 ** 32 - 1);
  const aliases = weights.map((_, n) => n);
  const open = new Set(weights.keys());
  // The least full slot is filled up from the fullest.
  while (open.size > 1) {
    const slots = [...open].sort((a, b) => left[a] - left[b]);
    const [least, most] = [slots[0], slots[slots.length - 1]];
    thresholds[least] = Math.min(2 ** 32 - 1, Math.round(left[least] * 2 ** 32));
    aliases[least] = most;
    left[most] -= 1 - left[least];
    open.delete(least);
  }
  return { thresholds, aliases };
}
