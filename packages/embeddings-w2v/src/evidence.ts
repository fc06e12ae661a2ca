import { KithError, OptionError, type Rule } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { Events } from "./events.ts";

/** What an event of a kind says. */
export interface Evidence {
  /** 1 for liking the item, 0 for not. */
  readonly label: 0 | 1;
  /** How many events of weight 1 it counts for. */
  readonly weight: number;
}

/** Events as evidence: user[e] and item[e], with signs[e] = −1 where that speaks for the item and +1 where it speaks against it. */
export interface WeighedEvents {
  readonly user: Uint32Array;
  readonly item: Uint32Array;
  readonly signs: Float32Array;
  readonly weights: Float32Array;
  /** Those that speak for the item. */
  readonly positives: Interactions;
}

const KINDS: Readonly<Record<string, Evidence>> = {
  purchased: { label: 1, weight: 5 },
  clicked: { label: 1, weight: 1 },
  shown: { label: 0, weight: 1 },
};

/** What events of each kind say, by the kind. */
export const kindsRule: Rule<Readonly<Record<string, Evidence>>> = {
  default: KINDS,
  wanted: "an object that has for each kind of event { label: 0 or 1, weight: a number above 0 }",
  accepts: (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every(
      (said) =>
        (said?.label === 0 || said?.label === 1) &&
        Number.isFinite(Math.fround(said.weight)) &&
        said.weight > 0,
    ),
};

/**
 * What events say by their kinds. Interactions all speak for their items, with weight 1.
 * @throws OptionError for a kind of event that is not among `kinds`
 * @throws KithError when no event speaks for its item
 */
export function weighedEvents(
  owner: string,
  data: Interactions | Events,
  kinds: Readonly<Record<string, Evidence>>,
): WeighedEvents {
  const events = "kinds" in data ? data : undefined;
  const interactions = events ? events.interactions : (data as Interactions);
  const { user, item, length } = interactions;
  const signs = new Float32Array(length).fill(-1);
  const weights = new Float32Array(length).fill(1);
  const said = events?.kinds.ids().map((kind) => evidenceOf(owner, String(kind), kinds)) ?? [];
  events?.kind.forEach((kind, e) => {
    signs[e] = said[kind].label === 1 ? -1 : 1;
    weights[e] = said[kind].weight;
  });
  const positives = interactions.select((e) => signs[e] < 0);
  if (positives.length === 0)
    throw new KithError(
      `${owner}: expected at least one event that speaks for its item, got ${length.toLocaleString("en-US")} events${events ? ` of the kinds ${events.kinds.ids().join(", ")}` : ""}`,
    );
  return { user, item, signs, weights, positives };
}

function evidenceOf(
  owner: string,
  kind: string,
  kinds: Readonly<Record<string, Evidence>>,
): Evidence {
  if (Object.hasOwn(kinds, kind)) return kinds[kind];
  throw new OptionError(
    owner,
    "kinds",
    `must say what events of the kind ${JSON.stringify(kind)} mean; it has ${Object.keys(kinds).join(", ")}`,
  );
}
