import { type Features, type ItemPairs, readFeatures } from "@kith/data";
import { UsageError } from "./errors.ts";
import type { FamilyFlags, Prepared } from "./families/family.ts";
import { openBytes } from "./files.ts";
import { knownTo, preparePairs } from "./prepare-pairs.ts";
import { type FeatureFlags, featureOptions, tellBadRows, withoutFileFlags } from "./read-flags.ts";
import { count, type Tell } from "./words.ts";

/** Pairs of items, and what is known about items. */
export interface FeaturedPairs {
  readonly graph: ItemPairs;
  readonly features: Features;
}

/** Reads a file of items and their fields, such as brand and shop. */
export async function loadFeatures(
  flags: FeatureFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Features> {
  const { features: path } = flags;
  if (path === undefined)
    throw new UsageError(
      "--features is missing: a file of items and what is known about them, such as brand and category",
    );
  const { data, report } = await readFeatures(
    await openBytes(path),
    featureOptions(path, flags, signal),
  );
  tellBadRows(path, report, tell);
  return data;
}

/** Reads and divides pairs of items, with what is known about items. */
export async function prepareFeaturedPairs(
  flags: FamilyFlags,
  tell: Tell,
  signal: AbortSignal,
): Promise<Prepared<FeaturedPairs, ItemPairs>> {
  const features = await loadFeatures(withoutFileFlags(flags), tell, signal);
  const pairs = await preparePairs(flags, tell, signal, knownTo(features.ids));
  const coverage = Object.fromEntries(features.coverage());
  const { size } = features.ids;
  const shares = Object.entries(coverage).map(
    ([name, share]) => `${name} of ${(share * 100).toFixed(0)} %`,
  );
  return {
    ...pairs,
    train: { graph: pairs.train, features },
    facts: { ...pairs.facts, featureItems: size, coverage, featuresHash: features.hash() },
    summary: `${pairs.summary}; known of ${count(size, "item")}: ${shares.join(", ")}`,
  };
}
