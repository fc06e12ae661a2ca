import { OptionError } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import type { ListingSessions } from "./listing-sessions.ts";
import { sequenceData } from "./sequence-data.ts";
import type { OpenedData } from "./skip-gram-recommender.ts";

/**
 * Sequences, or sessions with bookings and markets, as data to learn from.
 * @throws OptionError when it is something else, or has no markets to draw negatives from
 */
export function listingData(
  owner: string,
  data: Sequences | ListingSessions,
  { minCount, marketNegatives }: { readonly minCount: number; readonly marketNegatives: number },
): OpenedData {
  const sessions = typeof data?.sequences === "object" ? (data as ListingSessions) : undefined;
  const opened = sequenceData(owner, sessions?.sequences ?? (data as Sequences), minCount);
  const market = sessions?.markets;
  if (marketNegatives > 0 && !market)
    throw new OptionError(
      owner,
      "marketNegatives",
      `must be 0 for data without markets, got ${marketNegatives}; give them in ListingSessions.from(rows, { markets })`,
    );
  if (!sessions) return opened;
  return {
    ...opened,
    globals: sessions.booked,
    markets:
      market && marketNegatives > 0
        ? { of: market.of, count: market.values.size, negatives: marketNegatives }
        : undefined,
    hash: () => sessions.hash(),
  };
}
