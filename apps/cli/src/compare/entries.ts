import { UsageError } from "../errors.ts";
import { camelCase } from "../letter-case.ts";

/** A model to compare, as it was asked for. */
export interface Entry {
  readonly model: string;
  readonly label?: string;
  /** By name in camelCase, as texts. */
  readonly options: Readonly<Record<string, string>>;
}

const JSON_EXAMPLE = `[{"model":"gru4rec","layers":[100,100]},"markov"]`;

/**
 * Models separated by commas, each with options behind a colon, as "lightgcn,lightgcn:loss=softmax;dim=32"; or a JSON list for values that hold commas
 * themselves, of names and of records with "model", options and, where wanted, "label".
 * @throws UsageError for what is neither, or for no model at all
 */
export function parseModels(text: string): Entry[] {
  const entries = text.trimStart().startsWith("[") ? listed(text) : written(text);
  if (entries.length === 0)
    throw new UsageError("--models must name at least one model, such as popularity,lightgcn");
  return entries;
}

function written(text: string): Entry[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(ofText);
}

function ofText(text: string): Entry {
  const colon = text.indexOf(":");
  if (colon < 0) return { model: text, options: {} };
  const options: Record<string, string> = {};
  for (const part of text.slice(colon + 1).split(";")) {
    const at = part.indexOf("=");
    if (part.trim() === "") continue;
    if (at < 1)
      throw new UsageError(
        `--models: options are written as model:option=value;option=value, got ${JSON.stringify(text)}`,
      );
    put(options, part.slice(0, at).trim(), part.slice(at + 1).trim(), text);
  }
  return { model: text.slice(0, colon).trim(), options };
}

function listed(text: string): Entry[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UsageError(
      `--models: what begins with [ must be a JSON list, such as ${JSON_EXAMPLE}, got ${text}`,
    );
  }
  return (content as unknown[]).map((each) => {
    if (typeof each === "string") return ofText(each.trim());
    const { model, label, ...rest } = (each ?? {}) as Record<string, unknown>;
    const isRecord = typeof each === "object" && !Array.isArray(each);
    if (!isRecord || typeof model !== "string" || !["string", "undefined"].includes(typeof label))
      throw new UsageError(
        `--models: a list holds names and records with "model", such as ${JSON_EXAMPLE}, got ${JSON.stringify(each)}`,
      );
    const options: Record<string, string> = {};
    for (const [name, value] of Object.entries(rest)) put(options, name, flat(value), model);
    return { model, ...(label !== undefined && { label: label as string }), options };
  });
}

function put(options: Record<string, string>, name: string, value: string, whose: string): void {
  const key = camelCase(name);
  if (Object.hasOwn(options, key))
    throw new UsageError(`--models: option ${name} is there twice in ${JSON.stringify(whose)}`);
  options[key] = value;
}

/** A value as flags have it: lists as a,b and records as a=1,b=2. */
function flat(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value)
    ? value.map(String).join(",")
    : Object.entries(value)
        .map(([key, each]) => `${key}=${each}`)
        .join(",");
}
