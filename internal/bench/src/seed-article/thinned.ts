import { Rng } from "@kith/core-tensors";
import { ItemFeatures } from "@kith/data";

/** The same items, of which only a share, drawn at random, keep what is known about them; the smaller shares are parts of the larger ones. */
export function thinned(features: ItemFeatures, share: number, seed: number): ItemFeatures {
  const order = new Rng(seed)
    .fork("thinned")
    .shuffle(Uint32Array.from(features.items, (_, i) => i));
  const kept = new Uint8Array(features.items.size);
  for (const item of order.subarray(0, Math.round(share * order.length))) kept[item] = 1;
  return ItemFeatures.fromColumns({
    items: features.items,
    fields: features.fields.map(({ name, values, of }) => ({
      name,
      values,
      of: of.map((value, item) => (kept[item] === 1 ? value : -1)),
    })),
  });
}
