import type { Rule } from "@kith/core-tensors";
import type { Command } from "commander";
import { Option } from "commander";
import { UsageError } from "./errors.ts";
import { numberOf } from "./flag-values.ts";
import { kebabCase } from "./letter-case.ts";
import { MODELS, type Model, rulesOf } from "./models.ts";
import { inWords } from "./words.ts";

/** Gives a command the options of all models as flags; which of them are for the model at hand is checked by `modelOptions`. */
export function addModelOptions(command: Command): void {
  const rules = Object.assign({}, ...MODELS.map(rulesOf)) as ReturnType<typeof rulesOf>;
  for (const [name, { default: byDefault }] of Object.entries(rules)) {
    const value = typeof byDefault === "boolean" ? "[value]" : "<value>"; // --deterministic alone is true
    command.addOption(new Option(`--${kebabCase(name)} ${value}`).hideHelp());
  }
  command.addHelpText("after", modelHelp());
}

/**
 * The options for one model out of all that were given, as texts, on the command line. What a value must be is for the model's
 * own rules to say.
 * @throws UsageError for an option of another model
 */
export function modelOptions(
  model: Model,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const rules = rulesOf(model);
  const options: Record<string, unknown> = { ...model.preset };
  for (const name of new Set(MODELS.flatMap((each) => Object.keys(rulesOf(each))))) {
    const value = given[name];
    if (value === undefined) continue;
    if (!Object.hasOwn(rules, name)) throw notHere(model, name);
    options[name] = asKind(rules[name], String(value));
  }
  return options;
}

function notHere(model: Model, name: string): UsageError {
  const own = Object.keys(rulesOf(model)).map((each) => `--${kebabCase(each)}`);
  return new UsageError(
    `--${kebabCase(name)} is not an option of ${model.name}, which takes ${own.length === 0 ? "none of its own" : own.join(", ")}`,
  );
}

/** Text as the kind of value that an option has, lists as a,b and objects as a=1,b=2; text that is none stays as it is, for the model to refuse. */
function asKind({ default: byDefault, accepts }: Rule<unknown>, text: string): unknown {
  if (typeof byDefault === "number") return numberOf(text) ?? text;
  if (typeof byDefault === "boolean")
    return text === "true" ? true : text === "false" ? false : text;
  if (accepts(text)) return text;
  const parts = text.split(",").map((part) => part.trim());
  const numbers = parts.map(numberOf);
  const entries = parts.map((part) => {
    const at = part.lastIndexOf("=");
    return [part.slice(0, at), numberOf(part.slice(at + 1))];
  });
  const readings = [numbers, parts, Object.fromEntries(entries) as unknown];
  return readings.find((reading) => accepts(reading)) ?? text;
}

function modelHelp(): string {
  const models = MODELS.map(({ name, description }) => `  ${name.padEnd(27)} ${description}`);
  const groups = new Set(MODELS.map(({ help }) => help));
  const sections = [...groups].flatMap((help) =>
    optionsHelp(MODELS.filter((model) => model.help === help)),
  );
  return [`\nModels:\n${models.join("\n")}`, ...sections].join("\n");
}

/** The options of models that share most of them. */
function optionsHelp(models: readonly Model[]): string[] {
  const names = new Set(models.flatMap((model) => Object.keys(rulesOf(model))));
  const lines = [...names].map((name) => {
    const having = models.filter((model) => Object.hasOwn(rulesOf(model), name));
    const [{ help }] = models;
    const { wanted } = rulesOf(having[0])[name];
    const whose =
      having.length < models.length ? `${having.map((each) => each.name).join(", ")}: ` : "";
    const flag = `--${kebabCase(name)} <value>`.padEnd(27);
    return `  ${flag} ${whose}${help[name] ?? wanted} (default: ${defaultsOf(name, having)})`;
  });
  if (lines.length === 0) return [];
  return [`\nOptions of ${models.map(({ name }) => name).join(", ")}:\n${lines.join("\n")}`];
}

/** A default as it would be written on the command line. */
function shown(value: unknown): string {
  const text = typeof value === "object" ? Object.values(value ?? {}).join(",") : String(value);
  return text === "" ? "none" : text;
}

/** "5", or "64 of deepwalk, 128 of node2vec and eges" where models differ. */
function defaultsOf(name: string, models: readonly Model[]): string {
  const whose = new Map<string, string[]>();
  for (const model of models) {
    const value = shown(rulesOf(model)[name].default);
    whose.set(value, [...(whose.get(value) ?? []), model.name]);
  }
  if (whose.size === 1) return [...whose.keys()][0];
  return [...whose].map(([value, names]) => `${value} of ${inWords(names)}`).join(", ");
}
