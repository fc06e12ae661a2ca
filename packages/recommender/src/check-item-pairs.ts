import { OptionError } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";

/**
 * Refuses what is no ItemPairs, such as the rows that they are made from. Not instanceof, which fails where a program holds two copies of the package.
 * @throws OptionError
 */
export function checkItemPairs(owner: string, option: string, pairs: ItemPairs): void {
  if (typeof pairs?.items?.indicesIn !== "function" || typeof pairs.source?.length !== "number")
    throw new OptionError(
      owner,
      option,
      `must be ItemPairs, as ItemPairs.from(rows) makes them, got ${Array.isArray(pairs) ? "an array" : pairs === null ? "null" : typeof pairs}`,
    );
}

/**
 * Refuses pairs that nothing can be measured on.
 * @throws OptionError unless there are pairs with labels of both kinds
 */
export function checkLabels(owner: string, option: string, pairs: ItemPairs): void {
  checkItemPairs(owner, option, pairs);
  const { label, length } = pairs;
  if (!label)
    throw new OptionError(
      owner,
      option,
      "must be pairs with labels, 1 for those that are there and 0 for those that are not; these have none",
    );
  let positives = 0;
  for (const one of label) positives += one;
  if (positives === 0 || positives === length)
    throw new OptionError(
      owner,
      option,
      `must have pairs of both labels, got ${positives} of label 1 and ${length - positives} of label 0`,
    );
}
