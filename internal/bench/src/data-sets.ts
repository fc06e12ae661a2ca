import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import {
  type Interactions,
  type ItemPairs,
  readInteractions,
  readItemPairs,
  readSequences,
  type Sequences,
} from "@kith/data";
import type { CandidateRow } from "@kith/recommender";

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

/** The published split of yoochoose 1/64, one session a line; undefined where it is not there. */
export async function readySessions(
  folder: string | undefined,
): Promise<{ train: Sequences; test: Sequences } | undefined> {
  const file = (part: string) => join(folder ?? "", "yoochoose1_64", `${part}_sessions.tsv.gz`);
  if (!folder || !existsSync(file("train"))) return undefined;
  const read = async (part: string): Promise<Sequences> =>
    (await readSequences(createReadStream(file(part)), { name: file(part) })).data;
  return { train: await read("train"), test: await read("test") };
}

/** NCF's leave-one-out split of MovieLens-1M with the 99 fixed negatives of each held-out item; undefined where it is not there. */
export async function leaveOneOut(
  folder: string | undefined,
): Promise<{ train: Interactions; test: Interactions; rows: CandidateRow[] } | undefined> {
  const split = await readySplit(folder, "ncf-ml-1m");
  if (!split) return undefined;
  const file = join(folder ?? "", "ncf-ml-1m", "test_negatives.tsv.gz");
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) });
  const rows: CandidateRow[] = [];
  for await (const line of lines) {
    const [user, item, ...candidates] = line.split("\t");
    if (user !== "user") rows.push({ user, item, candidates });
  }
  return { ...split, rows };
}
