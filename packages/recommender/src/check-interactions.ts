import { OptionError } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/**
 * Refuses what is no Interactions, such as the rows that they are made from. Not instanceof, which fails where a program holds two copies of the package.
 * @throws OptionError
 */
export function checkInteractions(owner: string, option: string, data: Interactions): void {
  if (typeof data?.byUser !== "function")
    throw new OptionError(
      owner,
      option,
      `must be Interactions, as Interactions.from(rows) makes them, got ${Array.isArray(data) ? "an array" : data === null ? "null" : typeof data}`,
    );
}
