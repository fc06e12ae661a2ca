import { UsageError } from "../errors.ts";
import { explain } from "../explain.ts";
import type { AnyModel, Family } from "../families/family.ts";
import { kebabCase } from "../letter-case.ts";
import { modelOptions } from "../model-options.ts";
import { type Model, modelNamed, rulesOf } from "../models.ts";
import { didYouMean } from "../suggest.ts";
import { inWords } from "../words.ts";
import type { Entry } from "./entries.ts";

/** A model that takes part. */
export interface Contender {
  /** What it is called in tables: no two are called the same. */
  readonly label: string;
  readonly chosen: Model;
  readonly model: AnyModel;
}

/** What all models get that have such an option, unless they are given their own. */
export interface Common {
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * The models that were asked for, not yet trained.
 * @throws UsageError for a name or option that does not exist, a value that it cannot have, or a model that is there twice
 */
export function contendersOf(entries: readonly Entry[], common: Common): Contender[] {
  const contenders: Contender[] = [];
  const taken = new Map<string, string>();
  const built = entries.map((entry) => ({ entry, ...build(entry, common) }));
  const isAlone = ({ name }: Model) =>
    built.filter(({ chosen }) => chosen.name === name).length < 2;
  for (const { entry, chosen, model } of built) {
    const label = entry.label ?? (isAlone(chosen) ? chosen.name : withOptions(chosen, entry));
    const contender = { label, chosen, model };
    const same = `${chosen.name} ${JSON.stringify(model.options)}`;
    if (taken.has(same))
      throw new UsageError(
        `--models: ${label} is the same model as ${taken.get(same)}, with the same options; take one of them`,
      );
    if (contenders.some((other) => other.label === label))
      throw new UsageError(`--models: two models are called ${JSON.stringify(label)}`);
    taken.set(same, label);
    contenders.push(contender);
  }
  return contenders;
}

/** The model of an entry with its options. */
function build(
  { model: name, label, options }: Entry,
  common: Common,
): Pick<Contender, "chosen" | "model"> {
  if (label?.trim() === "") throw new UsageError("--models: a label must not be empty");
  const chosen = named(name);
  const rules = rulesOf(chosen);
  for (const option of Object.keys(options))
    if (!Object.hasOwn(rules, option)) throw noOption(chosen, option);
  const { epochs, seed } = common;
  const forAll = Object.entries({ epochs, seed }).filter(
    ([option, value]) => value !== undefined && Object.hasOwn(rules, option),
  );
  try {
    const given = { ...Object.fromEntries(forAll), ...options };
    return { chosen, model: new chosen.type(modelOptions(chosen, given)) };
  } catch (error) {
    throw new UsageError(`--models: ${chosen.name}: ${withoutDashes(explain(error).sentence)}`);
  }
}

/** A message that names options as flags, which they are not where they stand behind a model. */
export function withoutDashes(sentence: string): string {
  return sentence.replace(/(^|\s)--(?=[a-z])/g, "$1");
}

/** "lightgcn:loss=softmax;dim=32", as it can be asked for. */
function withOptions({ name }: Model, { options }: Entry): string {
  const parts = Object.entries(options).map(([option, value]) => `${kebabCase(option)}=${value}`);
  return [name, parts.join(";")].filter((part) => part !== "").join(":");
}

function named(name: string): Model {
  try {
    return modelNamed(name);
  } catch (error) {
    const hint = /[=;]|^\d/.test(name) ? "; values with commas need a JSON list, see --help" : "";
    throw new UsageError(`--models: ${(error as Error).message}${hint}`);
  }
}

function noOption(chosen: Model, option: string): UsageError {
  const own = Object.keys(rulesOf(chosen)).map(kebabCase);
  const takes = own.length === 0 ? "none" : own.join(", ");
  return new UsageError(
    `--models: ${chosen.name} has no option ${kebabCase(option)}${didYouMean(kebabCase(option), own)}; it takes ${takes}`,
  );
}

/**
 * The family by whose data and measure all of them can be compared.
 * @throws UsageError naming what each learns from where there is none
 */
export function commonFamily(contenders: readonly Contender[]): Family {
  const families = new Map<Family, string>();
  for (const { label, chosen } of contenders)
    if (!families.has(chosen.family)) families.set(chosen.family, label);
  const pairs = [...families].find(([{ protocol }]) => protocol === "link-prediction");
  if (pairs)
    throw new UsageError(
      `--models: ${pairs[1]} learns from ${pairs[0].learnsFrom}; models of users and items are compared, or models of sessions (kith train measures it on labelled pairs)`,
    );
  const common = [...families.keys()].find((family) =>
    [...families.keys()].every((other) => other === family || other === family.alsoFeeds),
  );
  if (common) return common;
  const whose = [...families].map(([{ learnsFrom }, label]) => `${label} from ${learnsFrom}`);
  throw new UsageError(
    `--models: only models that learn from the same can be compared, and ${inWords(whose).replace(" from ", " learns from ")}`,
  );
}

/**
 * The types of interaction that all of them recommend, where they choose: what is measured depends on it.
 * @throws UsageError where they choose differently
 */
export function commonTargets(contenders: readonly Contender[]): string | undefined {
  const targetsOf = ({ model }: Contender) =>
    ((model.options as { readonly targetTypes?: readonly string[] }).targetTypes ?? []).join(",");
  const [first] = contenders;
  const other = contenders.find((each) => targetsOf(each) !== targetsOf(first));
  if (other)
    throw new UsageError(
      `--models: ${first.label} and ${other.label} recommend different types of interaction (target-types), so they would be measured on different rows`,
    );
  return targetsOf(first) || undefined;
}
