import {
  Features,
  Interactions,
  ItemPairs,
  kCore,
  readFeatures,
  readInteractions,
  readItemPairs,
  readSequences,
  Sequences,
  split,
  type TokenSource,
  Vocabulary,
} from "@kith/data";

export async function rejected(): Promise<void> {
  // @ts-expect-error an id is a string or a number
  Vocabulary.from([true]);
  // @ts-expect-error rows are made by from or fromColumns
  new Interactions({});
  // @ts-expect-error an item is missing
  Interactions.from([{ user: 1 }]);
  const data = Interactions.from([["u", "i"]]);
  // @ts-expect-error vocabularies cannot be changed
  data.users = Vocabulary.from([]);
  // @ts-expect-error values may be missing
  data.value.length;
  // @ts-expect-error there is no such kind
  split(data, { by: "chronological" });
  // @ts-expect-error validation is only there on request
  split(data).validation.length;
  // @ts-expect-error the option is called user
  kCore(data, { users: 5 });
  // @ts-expect-error the package opens no files
  await readInteractions("ratings.csv");
  // @ts-expect-error a target is missing
  ItemPairs.from([{ source: 1 }]);
  // @ts-expect-error weights may be missing
  ItemPairs.from([["a", "b"]]).weight.length;
  // @ts-expect-error an id is a string or a number
  Sequences.from([[null]]);
  // @ts-expect-error a value is one, a list or a vector
  Features.from([{ item: 1, brand: { name: "x" } }]);
  // @ts-expect-error users are for interactions
  await readItemPairs(new Uint8Array(), { userColumn: "a" });
  // @ts-expect-error one column has the items
  await readSequences(new Uint8Array(), { itemsColumn: false });
  // @ts-expect-error fields are a list
  await readFeatures(new Uint8Array(), { fields: "brand" });
  // @ts-expect-error only "throw" and "skip"
  await readInteractions(new Uint8Array(), { onBadRow: "ignore" });
}

export async function accepted(stream: ReadableStream<Uint8Array>): Promise<number> {
  const { data, report } = await readInteractions(stream, {
    name: "ratings.csv",
    timeColumn: false,
  });
  Sequences.fromInteractions(data) satisfies TokenSource;
  ItemPairs.from([["a", "b", 2] as const, { source: "a", target: "b", weight: 1 }]);
  Features.from([{ item: 1, brand: null, shop: "x" }]).categorical("test")[0]
    .of satisfies Int32Array;
  const first: number | undefined = report.badRows.at(0)?.line;
  return data.length + (first ?? 0);
}
