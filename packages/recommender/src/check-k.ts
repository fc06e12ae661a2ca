import { OptionError } from "@kith/core-tensors";

/**
 * Checks how many answers are asked for.
 * @throws OptionError unless it is a count
 */
export function checkK(owner: string, k: number): void {
  if (Number.isInteger(k) && k >= 1) return;
  throw new OptionError(owner, "k", `must be a whole number of at least 1, got ${k}`);
}
