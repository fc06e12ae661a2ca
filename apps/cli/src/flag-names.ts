import { RANDOM_WALKS_RULES } from "@kith/sampling";
import { kebabCase } from "./letter-case.ts";
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
    typeColumn: "--type-col",
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
  sessionsFrom: { gap: "--gap" },
  filterSessions: { minLength: "--min-user", minSupport: "--min-item" },
  splitSessions: {
    by: "--split",
    testDays: "--test-days",
    validationDays: "--validation-days",
    test: "--test-share",
    validation: "--validation-share",
  },
  evaluateNextItem: { metrics: "--metrics", ties: "--ties" },
  readFeatures: {
    itemColumn: "--item-col",
    fields: "--fields",
    missing: "--missing",
    numeric: "--numeric",
    multiHot: "--multi-hot",
    vector: "--vector",
    ...FILE_FLAGS,
  },
  splitPairs: { by: "--split", test: "--test-share", validation: "--validation-share" },
  evaluatePairs: { metrics: "--metrics" },
  similar: { k: "-k" },
  similarItems: { k: "-k" },
};

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
