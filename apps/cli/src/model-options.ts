import type { Command } from "commander";
import { Option } from "commander";
import { UsageError } from "./errors.ts";
import { kebabCase } from "./flag-names.ts";
import { numberOf } from "./flag-values.ts";
import { MODELS, type Model } from "./models.ts";

/** Gives a command the options of all models as flags; which of them are for the model at hand is checked by `modelOptions`. */
export function addModelOptions(command: Command): void {
  const names = new Set(MODELS.flatMap(({ type }) => Object.keys(type.rules)));
  for (const name of names)
    command.addOption(new Option(`--${kebabCase(name)} <value>`).hideHelp());
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
  const { rules } = model.type;
  const options: Record<string, unknown> = {};
  for (const name of new Set(MODELS.flatMap(({ type }) => Object.keys(type.rules)))) {
    const value = given[name];
    if (value === undefined) continue;
    if (!Object.hasOwn(rules, name)) throw notHere(model, name);
    options[name] = asKind(rules[name].default, String(value));
  }
  return options;
}

function notHere(model: Model, name: string): UsageError {
  const own = Object.keys(model.type.rules).map((each) => `--${kebabCase(each)}`);
  return new UsageError(
    `--${kebabCase(name)} is not an option of ${model.name}, which takes ${own.length === 0 ? "none of its own" : own.join(", ")}`,
  );
}

/** Text as the kind of value that an option has; text that is none stays as it is, for the model to refuse. */
function asKind(byDefault: unknown, text: string): unknown {
  if (typeof byDefault === "number") return numberOf(text) ?? text;
  if (typeof byDefault === "boolean")
    return text === "true" ? true : text === "false" ? false : text;
  return text;
}

function modelHelp(): string {
  const sections = MODELS.filter(({ type }) => Object.keys(type.rules).length > 0).map((model) => {
    const lines = Object.entries(model.type.rules).map(([name, rule]) => {
      const flag = `--${kebabCase(name)} <value>`.padEnd(27);
      return `  ${flag} ${model.help[name] ?? rule.wanted} (default: ${String(rule.default)})`;
    });
    return `\nOptions of ${model.name}:\n${lines.join("\n")}`;
  });
  const models = MODELS.map(({ name, description }) => `  ${name.padEnd(27)} ${description}`);
  return [`\nModels:\n${models.join("\n")}`, ...sections].join("\n");
}
