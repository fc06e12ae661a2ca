import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import {
  Features,
  type Id,
  ItemPairs,
  readFeatures,
  readItemPairs,
  readTable,
  Sequences,
  type Table,
} from "@kith/data";
import { sessionGraph } from "@kith/graph";
import { readyPairs } from "../data-sets.ts";

/** Pairs of items with what is known about the items. */
export interface Described {
  readonly pairs: ItemPairs;
  readonly features: Features;
}

/** Whether all data sets of the bench are in the folder. */
export function hasArticleData(folder: string | undefined): folder is string {
  return (
    folder !== undefined &&
    ["gatne-amazon/train", "eges-jdata/item_graph", "eshop-clothing-2008/clicks"].every((file) =>
      existsSync(join(folder, `${file}.tsv.gz`)),
    )
  );
}

/** All pairs that are there of Amazon's electronics, bought or viewed together, the relations merged, as the article merges them. */
export async function amazonPairs(folder: string): Promise<ItemPairs> {
  const parts = await readyPairs(folder, "gatne-amazon");
  if (!parts) throw new Error(`${folder} does not hold gatne-amazon`);
  const { train, valid, test } = parts;
  const rows: [string, string][] = [];
  for (const part of [train, valid, test])
    for (const { source, target, label = 1 } of part.rows())
      if (label === 1) rows.push([String(source), String(target)]);
  return ItemPairs.from(rows);
}

/** Items that followed each other in JD's sessions, with brand, shop and category; its "0" is a value that is missing. */
export async function jdData(folder: string): Promise<Described> {
  const file = (name: string) => join(folder, "eges-jdata", `${name}.tsv.gz`);
  const open = (name: string) => createReadStream(file(name));
  const { data: pairs } = await readItemPairs(open("item_graph"), {
    name: file("item_graph"),
    skipLines: 1, // the names are between tabs, the rest between blanks
    header: false,
    delimiter: " ",
  });
  const { data: features } = await readFeatures(open("side_info"), {
    name: file("side_info"),
    fields: ["brand", "shop", "cate"],
    missing: ["0"],
  });
  return { pairs, features };
}

/** Of how many equal parts, by number of items, the prices of the shop are. */
const PRICE_BUCKETS = 5;
/** A pair of the shop's items counts as there when they followed each other so often: of its 217 items most did at least once. */
const OFTEN = 30;

/** Items of a shop for clothing that often followed each other in its sessions, with category, colour and price bucket. */
export async function eshopData(folder: string): Promise<Described> {
  const open = (name: string) =>
    readTable(createReadStream(join(folder, "eshop-clothing-2008", `${name}.tsv.gz`)));
  const clicks = await open("clicks");
  const items = await open("items");
  const column = (table: Table, name: string) => table.columns.get(name) ?? [];

  const sessions = new Map<string, string[]>(); // clicks are in the order of their sessions
  column(clicks, "session").forEach((session, row) => {
    const item = column(clicks, "item")[row];
    const own = sessions.get(session);
    if (own) own.push(item);
    else sessions.set(session, [item]);
  });
  const sequences = Sequences.from(sessions.values());
  const { graph } = sessionGraph(sequences, { directed: false });
  const rows: [Id, Id, number][] = [];
  for (let a = 0; a < graph.rows; a++)
    for (let k = graph.offsets[a]; k < graph.offsets[a + 1]; k++)
      if (a < graph.indices[k] && graph.values[k] >= OFTEN)
        rows.push([sequences.items.id(a), sequences.items.id(graph.indices[k]), graph.values[k]]);

  const prices = column(items, "price").map(Number);
  const bucket = buckets(prices, PRICE_BUCKETS);
  const features = Features.from(
    column(items, "item").map((item, row) => ({
      item,
      category: column(items, "category")[row],
      colour: column(items, "colour")[row],
      price: bucket(prices[row]),
    })),
  );
  return { pairs: ItemPairs.from(rows), features };
}

/** Cuts numbers where equal parts of them end; equal numbers share a bucket. */
function buckets(values: readonly number[], count: number): (value: number) => string {
  const sorted = [...values].sort((a, b) => a - b);
  const ends = Array.from(
    { length: count - 1 },
    (_, n) => sorted[Math.ceil(((n + 1) * sorted.length) / count) - 1],
  );
  return (value) => `bucket ${ends.filter((end) => value > end).length + 1}`;
}

/** The pairs among the items that are in the most pairs: where whole tables are touched at each step, a small one will do. */
export function amongMostPaired(pairs: ItemPairs, items: number): ItemPairs {
  const counts = new Uint32Array(pairs.items.size);
  for (const side of [pairs.source, pairs.target]) for (const item of side) counts[item]++;
  const order = Uint32Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  const isKept = new Uint8Array(counts.length);
  for (const item of order.subarray(0, items)) isKept[item] = 1;
  return pairs
    .select((row) => isKept[pairs.source[row]] + isKept[pairs.target[row]] === 2)
    .compact();
}
