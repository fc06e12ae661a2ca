import type { FeatureField, Features, Id } from "@kith/data";
import { CliError, UsageError } from "../errors.ts";
import { didYouMean } from "../suggest.ts";
import { number } from "../words.ts";

/** A colour for each point, and what the colours mean. */
export interface Colouring {
  /** What is shown, such as "section". */
  readonly title: string;
  readonly colours: readonly string[];
  readonly legend: readonly { readonly colour: string; readonly text: string }[];
}

/** Okabe & Ito's colours, which the colour-blind tell apart, without black and with two of Tol's. */
const PALETTE = [
  ...["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9"],
  ...["#d55e00", "#b3a800", "#882255", "#44aa99"],
];
const OTHER = "#9a9a9a";
/** From little to much, from blue to yellow by way of grey: each step is legible on white and on black. */
const RAMP = ["#2a6fdb", "#3d8bd0", "#4fa3b8", "#6fae93", "#94b06b", "#b9a93f", "#cf9a16"];

/**
 * Colours by a field of what is known about the points: its most frequent values, or steps of a number.
 * @throws UsageError for a field that is not there, or is of vectors
 */
export function byFeature(ids: readonly Id[], features: Features, name: string): Colouring {
  const field = features.fields.find((each) => each.name === name);
  const names = features.fields.map((each) => each.name);
  if (!field)
    throw new UsageError(
      `--colour: --features has no ${JSON.stringify(name)}${didYouMean(name, names)}; it has ${names.join(", ")}`,
    );
  const rows = ids.map((id) => features.ids.indexOf(id));
  if (rows.every((row) => row < 0))
    throw new CliError("--features: none of the points is there; is --item-col the same in both?");
  if (field.kind === "vector")
    throw new UsageError(`--colour: ${name} holds vectors; a category or a number is needed`);
  if (field.kind === "numeric")
    return byNumber(
      name,
      Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : field.of[row])),
    );
  return byCategory(
    name,
    rows.map((row) => valueIn(field, row)),
  );
}

/** One colour for all, where nothing is known of them. */
export function plain(count: number): Colouring {
  return { title: "", colours: new Array<string>(count).fill(PALETTE[0]), legend: [] };
}

/** Colours by a number of each point, in steps of as many points each; NaN where it is not known. */
export function byNumber(title: string, values: Float64Array): Colouring {
  const known = values.filter((value) => Number.isFinite(value)).sort();
  const steps = Math.min(RAMP.length, new Set(known).size);
  const bounds = Array.from(
    { length: steps + 1 },
    (_, s) =>
      known[Math.min(known.length - 1, Math.floor((s * known.length) / Math.max(1, steps)))],
  );
  const stepOf = (value: number) => {
    let step = 0;
    while (step + 1 < steps && value >= bounds[step + 1]) step++;
    return step;
  };
  const colour = (step: number) =>
    RAMP[steps < 2 ? 3 : Math.round((step * (RAMP.length - 1)) / (steps - 1))];
  const legend = Array.from({ length: steps }, (_, s) => ({
    colour: colour(s),
    text: `${number(bounds[s])} …${s + 1 === steps ? ` ${number(bounds[steps])}` : ""}`,
  }));
  const unknown = values.length - known.length;
  return {
    title,
    colours: Array.from(values, (value) =>
      Number.isFinite(value) ? colour(stepOf(value)) : OTHER,
    ),
    legend: [
      ...legend,
      ...(unknown > 0 ? [{ colour: OTHER, text: `not known (${number(unknown)})` }] : []),
    ],
  };
}

/** Colours by the most frequent of some values; undefined where none is known. */
export function byCategory(title: string, values: readonly (string | undefined)[]): Colouring {
  const counts = new Map<string, number>();
  for (const value of values)
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  const order = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const shown = new Map(order.slice(0, PALETTE.length).map(([value], n) => [value, PALETTE[n]]));
  const legend = order.slice(0, PALETTE.length).map(([value, count]) => ({
    colour: shown.get(value) as string,
    text: `${value} (${number(count)})`,
  }));
  const rest = values.filter((value) => value === undefined || !shown.has(value)).length;
  return {
    title,
    colours: values.map((value) => (value === undefined ? OTHER : (shown.get(value) ?? OTHER))),
    legend: [...legend, ...(rest > 0 ? [{ colour: OTHER, text: `others (${number(rest)})` }] : [])],
  };
}

function valueIn(
  field: Exclude<FeatureField, { kind: "numeric" | "vector" }>,
  row: number,
): string | undefined {
  if (row < 0) return undefined;
  const index =
    field.kind === "categorical"
      ? field.of[row]
      : (field.of[field.offsets[row]] as number | undefined);
  const has =
    field.kind === "categorical" ? (index ?? -1) >= 0 : field.offsets[row] < field.offsets[row + 1];
  return has && index !== undefined ? String(field.values.id(index)) : undefined;
}
