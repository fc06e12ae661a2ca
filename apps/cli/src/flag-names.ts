import { RANDOM_WALKS_RULES } from "@kith/sampling";
import { MODELS, rulesOf } from "./models.ts";

const FILE_FLAGS = { format: "--format", delimiter: "--delimiter", skipLines: "--skip-lines" };

/** The flags behind the options of the packages, where their names differ. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  split: {
    by: "--split",
    test: "--test-share",
    validation: "--validation-share",
    seed: "--split-seed",
  },
  kCore: { user: "--min-user", item: "--min-item" },
  useBackend: { threads: "--threads (or KITH_THREADS)", kernels: "KITH_KERNELS" },
  recommend: { k: "-k" },
  readInteractions: {
    userColumn: "--user-col",
    itemColumn: "--item-col",
    valueColumn: "--value-col",
    timeColumn: "--time-col",
    ...FILE_FLAGS,
  },
  readItemPairs: {
    sourceColumn: "--source-col",
    targetColumn: "--target-col",
    weightColumn: "--weight-col",
    relationColumn: "--relation-col",
    labelColumn: "--label-col",
    ...FILE_FLAGS,
  },
  readSequences: { itemsColumn: "--items-col", separator: "--separator", ...FILE_FLAGS },
  readFeatures: {
    itemColumn: "--item-col",
    fields: "--fields",
    missing: "--missing",
    ...FILE_FLAGS,
  },
  splitPairs: { by: "--split", test: "--test-share", validation: "--validation-share" },
  evaluatePairs: { metrics: "--metrics" },
  similar: { k: "-k" },
  similarItems: { k: "-k" },
};

/** learningRate → learning-rate. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** learning-rate → learningRate; camelCase stays as it is. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The flag that sets an option of a package or model; undefined when there is none. */
export function flagOf(owner: string, option: string): string | undefined {
  const known = FLAGS[owner];
  if (known !== undefined) return known[option];
  const model = MODELS.find(({ title }) => title === owner);
  const isThere =
    owner === "RandomWalks"
      ? Object.hasOwn(RANDOM_WALKS_RULES, option)
      : model && Object.hasOwn(rulesOf(model), option);
  return isThere ? `--${kebabCase(option)}` : undefined;
}
