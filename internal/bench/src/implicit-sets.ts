import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { type Interactions, readInteractions, split } from "@kith/data";
import { debianDependencies } from "@kith/demo-data";
import { readySplit } from "./data-sets.ts";

/** Data to learn from and to be measured on, values left aside. */
export interface ImplicitSet {
  readonly train: Interactions;
  readonly test: Interactions;
}

/** How to come by each set of users × items; undefined where it is not there. */
export const implicitSets: Readonly<
  Record<string, (folder: string | undefined) => Promise<ImplicitSet | undefined>>
> = {
  demo: async () => {
    const { interactions } = await debianDependencies();
    const { data } = await readInteractions(interactions, { name: "interactions.tsv" });
    return split(data, { by: "random", test: 0.2, seed: 42 });
  },
  "ml-latest-small": (folder) => divided(folder, "ml-latest-small/ratings.tsv.gz"),
  "online-retail": (folder) => divided(folder, "online-retail/implicit_10core.tsv.gz"),
  "ml1m-ultragcn": (folder) => readySplit(folder, "ml1m-ultragcn"),
  "ncf-ml-1m": (folder) => readySplit(folder, "ncf-ml-1m"),
  gowalla: (folder) => readySplit(folder, "gowalla"),
};

/** A fifth of the rows to test on, drawn at random. */
async function divided(folder: string | undefined, name: string): Promise<ImplicitSet | undefined> {
  const file = join(folder ?? "", name);
  if (!folder || !existsSync(file)) return undefined;
  const { data } = await readInteractions(createReadStream(file), { name, valueColumn: false });
  return split(data, { by: "random", test: 0.2, seed: 42 });
}
