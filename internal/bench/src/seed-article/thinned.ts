import { Rng } from "@kith/core-tensors";
import { Features } from "@kith/data";

/** The same items, of which only a share, drawn at random, keep what is known about them; the smaller shares are parts of the larger ones. */
export function thinned(features: Features, share: number, seed: number): Features {
  const order = new Rng(seed).fork("thinned").shuffle(Uint32Array.from(features.ids, (_, i) => i));
  const kept = new Uint8Array(features.ids.size);
  for (const item of order.subarray(0, Math.round(share * order.length))) kept[item] = 1;
  return Features.fromColumns({
    ids: features.ids,
    fields: features.categorical("thinned").map((field) => ({
      ...field,
      of: field.of.map((value, item) => (kept[item] === 1 ? value : -1)),
    })),
  });
}
