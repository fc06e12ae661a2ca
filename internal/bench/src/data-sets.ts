import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { type Interactions, type ItemPairs, readInteractions, readItemPairs } from "@kith/data";

/** A ready-made split of the folder of real data sets; undefined where it is not there. */
export async function readySplit(
  folder: string | undefined,
  name: string,
): Promise<{ train: Interactions; test: Interactions } | undefined> {
  if (!folder || !existsSync(join(folder, name, "train.tsv.gz"))) return undefined;
  const read = async (part: string): Promise<Interactions> => {
    const file = join(folder, name, `${part}.tsv.gz`);
    return (await readInteractions(createReadStream(file), { name: file })).data;
  };
  return { train: await read("train"), test: await read("test") };
}

/** Labelled pairs of the folder of real data sets, with those to train on; undefined where they are not there. */
export async function readyPairs(
  folder: string | undefined,
  name: string,
): Promise<{ train: ItemPairs; valid: ItemPairs; test: ItemPairs } | undefined> {
  if (!folder || !existsSync(join(folder, name, "train.tsv.gz"))) return undefined;
  const read = async (part: string): Promise<ItemPairs> => {
    const file = join(folder, name, `${part}.tsv.gz`);
    return (await readItemPairs(createReadStream(file), { name: file })).data;
  };
  return { train: await read("train"), valid: await read("valid"), test: await read("test") };
}
