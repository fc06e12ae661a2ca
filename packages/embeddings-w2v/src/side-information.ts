import { KithError, OptionError, UnknownIdError } from "@kith/core-tensors";
import { type Features, type Id, type Vocabulary, VocabularyBuilder } from "@kith/data";

/** The row number that stands for a field that an item lacks. */
export const NONE = 0xffffffff;

/** Fields that an item can have beside its own row, which is what the kernel has room for. */
const MOST_FIELDS = 63;

/** The items of a model, those trained first, and the rows that the vector of each is a mean of. */
export interface SideTable {
  /** Trained items, then those that are known by their fields alone. */
  readonly items: Vocabulary;
  readonly trained: number;
  /** Fields by name, each with the values that trained items have; value v of field f has row trained + values of the fields before f + v. */
  readonly fields: readonly { readonly name: string; readonly values: Vocabulary }[];
  /** Values of all fields. */
  readonly values: number;
  /** [items, 1 + fields]: an item's own row, then one for each field; 2³² − 1 where there is none. */
  readonly rows: Uint32Array;
  /** Items with features that no trained item shares: nothing is known about them. */
  readonly unknown: number;
}

/**
 * Joins trained items with what is known about items. A value counts only where a trained item has it: the others were never trained.
 * @throws KithError when there are no fields, or too many, or one is named "item", or no trained item has any
 * @throws FormatError for a field that is not categorical
 */
export function sideTable(owner: string, trained: Vocabulary, features: Features): SideTable {
  checkFields(owner, features);
  const given = features.categorical(owner);
  const width = 1 + given.length;
  const at = trained.indicesIn(features.ids);
  const isTrainedValue = given.map(({ values }) => new Uint8Array(values.size));
  let known = 0;
  for (let i = 0; i < trained.size; i++)
    given.forEach(({ of }, f) => {
      if (at[i] < 0 || of[at[i]] < 0) return;
      isTrainedValue[f][of[at[i]]] = 1;
      known++;
    });
  if (known === 0)
    throw new KithError(
      `${owner}: none of the ${trained.size.toLocaleString("en-US")} trained items has any of the fields ${given.map(({ name }) => name).join(", ")}; are the ids those of the graph?`,
    );

  const fields = given.map(({ name, values, of }, f) => {
    const isTrained = isTrainedValue[f];
    const kept = Uint32Array.from(isTrained.keys()).filter((v) => isTrained[v] === 1);
    const renumbered = new Int32Array(values.size).fill(-1);
    kept.forEach((v, n) => {
      renumbered[v] = n;
    });
    return { name, values: values.pick(kept), of: of.map((v) => (v < 0 ? -1 : renumbered[v])) };
  });

  const inTraining = features.ids.indicesIn(trained);
  const hasValue = (i: number) => fields.some(({ of }) => of[i] >= 0);
  const cold = Uint32Array.from(features.ids.size === 0 ? [] : inTraining.keys()).filter(
    (i) => inTraining[i] < 0 && hasValue(i),
  );
  const items = extended(trained, features.ids, cold);
  const rows = new Uint32Array(items.size * width).fill(NONE);
  for (let n = 0; n < items.size; n++) {
    if (n < trained.size) rows[n * width] = n;
    const i = n < trained.size ? at[n] : cold[n - trained.size];
    let before = trained.size;
    fields.forEach(({ of, values }, f) => {
      if (i >= 0 && of[i] >= 0) rows[n * width + 1 + f] = before + of[i];
      before += values.size;
    });
  }
  return {
    items,
    trained: trained.size,
    fields: fields.map(({ name, values }) => ({ name, values })),
    values: fields.reduce((sum, { values }) => sum + values.size, 0),
    rows,
    unknown: inTraining.reduce((n, index) => n + Number(index < 0), 0) - cold.length,
  };
}

/**
 * The rows of the values of an item that is described by them, without those that are not known.
 * @throws OptionError for a field that there is not
 * @throws UnknownIdError when none of the values is known
 */
export function rowsOfValues(
  owner: string,
  { fields, trained }: Pick<SideTable, "fields" | "trained">,
  described: Readonly<Record<string, Id | null | undefined>>,
): Uint32Array {
  const names = fields.map(({ name }) => name);
  for (const name of Object.keys(described))
    if (!names.includes(name))
      throw new OptionError(owner, name, `is no field of the items; they have ${names.join(", ")}`);
  const rows: number[] = [];
  let before = trained;
  for (const { name, values } of fields) {
    const value = described[name];
    const index = value === null || value === undefined ? -1 : values.indexOf(value);
    if (index >= 0) rows.push(before + index);
    before += values.size;
  }
  if (rows.length === 0)
    throw new UnknownIdError(
      `${owner}: item with`,
      Object.entries(described).flat().join(" "),
      "none of its values occurred in training",
    );
  return Uint32Array.from(rows);
}

function checkFields(owner: string, { fields }: Features): void {
  if (fields.length === 0)
    throw new KithError(`${owner}: the features have no fields; expected at least one beside item`);
  if (fields.length > MOST_FIELDS)
    throw new KithError(
      `${owner}: expected at most ${MOST_FIELDS} fields, got ${fields.length}; leave some out`,
    );
  if (fields.some(({ name }) => name === "item"))
    throw new KithError(
      `${owner}: a field is named "item", which stands for an item's own vector; rename it`,
    );
}

function extended(trained: Vocabulary, others: Vocabulary, chosen: Uint32Array): Vocabulary {
  if (chosen.length === 0) return trained;
  const builder = new VocabularyBuilder();
  for (const id of trained) builder.add(id);
  for (const i of chosen) builder.add(others.id(i));
  return builder.build();
}
