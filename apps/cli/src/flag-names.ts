import { MODELS } from "./models.ts";

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
    format: "--format",
    delimiter: "--delimiter",
  },
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
  return model && Object.hasOwn(model.type.rules, option) ? `--${kebabCase(option)}` : undefined;
}
