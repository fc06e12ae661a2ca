import type { Command } from "commander";
import { parse as parseYaml } from "yaml";
import { CliError, UsageError } from "./errors.ts";
import { readBytes } from "./files.ts";
import { camelCase, kebabCase } from "./letter-case.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Takes flags from a YAML or JSON file, in camelCase or kebab-case; what stands on the command line wins.
 * @param lists flags whose value may be a list of records: they read it as JSON
 * @throws UsageError for a key that is no flag, or a value that a flag cannot have
 */
export async function applyConfig(
  command: Command,
  path: string,
  { lists = [] }: { readonly lists?: readonly string[] } = {},
): Promise<void> {
  const flags = new Map(
    command.options
      .filter(({ long }) => long !== "--config")
      .map((option) => [option.attributeName(), option]),
  );
  for (const [key, value] of Object.entries(await readConfig(path))) {
    const name = camelCase(key);
    const option = flags.get(name);
    if (option === undefined) {
      const known = [...flags.keys()].map(kebabCase);
      throw new UsageError(
        `${path}: there is no option ${JSON.stringify(key)}${didYouMean(kebabCase(name), known)}`,
      );
    }
    if (command.getOptionValueSource(name) === "cli") continue;
    const given = lists.includes(name) && Array.isArray(value) ? JSON.stringify(value) : value;
    command.setOptionValueWithSource(name, parsed(command, name, given, path), "config");
  }
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  const bytes = await readBytes(path);
  let content: unknown;
  try {
    content = parseYaml(new TextDecoder("utf-8", { fatal: true }).decode(bytes)); // JSON is YAML, too
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    throw new CliError(`${path} is neither YAML nor JSON: ${line.replace(/:$/, "")}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new CliError(
      `${path}: expected options with their values, such as "epochs: 20", one on a line`,
    );
  return content as Record<string, unknown>;
}

/** A value of the file as the flag's own parser makes it of text. */
function parsed(command: Command, name: string, value: unknown, path: string): unknown {
  const option = command.options.find((each) => each.attributeName() === name && !each.negate);
  const takesText = option !== undefined && (option.required || option.optional);
  if (typeof value === "boolean") {
    const mayBe = !takesText || option?.optional || (value === false && hasNegation(command, name));
    if (mayBe) return value;
  }
  const isList = Array.isArray(value) && value.every(isScalar);
  if (!takesText || !(isScalar(value) || isList))
    throw new UsageError(
      `${path}: ${JSON.stringify(kebabCase(name))} cannot be ${JSON.stringify(value)}`,
    );
  const text = isList ? value.join(",") : String(value);
  return option.parseArg ? option.parseArg(text, undefined) : text;
}

function hasNegation(command: Command, name: string): boolean {
  return command.options.some((option) => option.negate && option.attributeName() === name);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
