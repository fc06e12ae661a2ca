import { type Csr, FormatError, type Rule } from "@kith/core-tensors";
import { FeatureEncoder, type Features, type Interactions } from "@kith/data";

/** Which features a model uses: all that the data have, none, or fields of users and items by name. */
export type ChosenFeatures = "all" | "none" | readonly string[];

export const featuresRule: Rule<ChosenFeatures> = {
  default: "all",
  wanted: '"all", "none" or a list of names of fields',
  accepts: (value) =>
    value === "all" ||
    value === "none" ||
    (Array.isArray(value) && value.every((name) => typeof name === "string")),
};

/** How the features of both sides become numbers; undefined for a side that has none. */
export interface NodeEncoders {
  readonly users: FeatureEncoder | undefined;
  readonly items: FeatureEncoder | undefined;
}

/**
 * Fits encoders to the features that a model uses.
 * @throws FormatError naming a field that neither users nor items have
 */
export function fitEncoders(
  owner: string,
  { userFeatures, itemFeatures }: Interactions,
  chosen: ChosenFeatures,
): NodeEncoders {
  const of = (features: Features | undefined): readonly string[] =>
    features?.fields.map(({ name }) => name) ?? [];
  const sides = { users: of(userFeatures), items: of(itemFeatures) };
  if (Array.isArray(chosen))
    for (const name of chosen as readonly string[])
      if (!sides.users.includes(name) && !sides.items.includes(name))
        throw new FormatError(
          `${owner}: there is no feature ${JSON.stringify(name)}; ${told("users", sides.users)}, ${told("items", sides.items)}; give them with Interactions.withFeatures()`,
        );
  const fit = (features: Features | undefined, names: readonly string[]) => {
    if (chosen === "none" || !features) return undefined;
    const fields = chosen === "all" ? names : names.filter((name) => chosen.includes(name));
    return fields.length > 0 ? FeatureEncoder.fit(features, { fields }) : undefined;
  };
  return { users: fit(userFeatures, sides.users), items: fit(itemFeatures, sides.items) };
}

/**
 * Encoders as they were before JSON.
 * @throws FormatError when it is something else
 */
export function readEncoders(json: unknown): NodeEncoders {
  const { users, items } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const read = (side: unknown) =>
    side === undefined || side === null ? undefined : FeatureEncoder.fromJSON(side);
  return { users: read(users), items: read(items) };
}

function told(who: string, names: readonly string[]): string {
  return names.length > 0 ? `${who} have ${names.join(", ")}` : `${who} have none`;
}

/**
 * The features of one side of some data, by an encoder that may have been fitted to others.
 * @throws FormatError where the data lack what the encoder knows
 */
export function encoded(
  owner: string,
  side: "users" | "items",
  { [side]: encoder }: NodeEncoders,
  data: Interactions,
): Csr | undefined {
  if (!encoder) return undefined;
  const features = side === "users" ? data.userFeatures : data.itemFeatures;
  if (!features)
    throw new FormatError(
      `${owner}: expected features of ${side} (${encoder.fields.join(", ")}), as in training, got none; give them with Interactions.withFeatures()`,
    );
  return encoder.encode(features, data[side]);
}

/** Those of all nodes, users first: [users + items, features of users + features of items]; undefined where there are none. */
export function ofAllNodes(
  owner: string,
  encoders: NodeEncoders,
  data: Interactions,
): Csr | undefined {
  const parts = (["users", "items"] as const).map((side) => ({
    rows: data[side].size,
    csr: encoded(owner, side, encoders, data),
  }));
  if (parts.every(({ csr }) => csr === undefined)) return undefined;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const entries = parts.reduce((sum, { csr }) => sum + (csr?.indices.length ?? 0), 0);
  const offsets = new Uint32Array(rows + 1);
  const [indices, values] = [new Uint32Array(entries), new Float32Array(entries)];
  let [row, at, column] = [0, 0, 0];
  for (const { rows: count, csr } of parts) {
    for (let n = 0; n < count; n++) offsets[row + n + 1] = at + (csr?.offsets[n + 1] ?? 0);
    row += count;
    if (!csr) continue;
    for (let k = 0; k < csr.indices.length; k++) indices[at + k] = column + csr.indices[k];
    values.set(csr.values, at);
    at += csr.indices.length;
    column += csr.columns;
  }
  return { rows, columns: column, offsets, indices, values };
}
