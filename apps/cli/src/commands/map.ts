import { useBackend } from "@kith/core-tensors";
import { type Features, type Id, readFeatures } from "@kith/data";
import { debianDependencies } from "@kith/demo-data";
import type { Command } from "commander";
import { addFeatureColumns, addFileOptions } from "../data-options.ts";
import { UsageError } from "../errors.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { onInterrupt } from "../interrupt.ts";
import { printJson } from "../json-events.ts";
import { DEMO } from "../load-data.ts";
import { loadFeatures } from "../load-features.ts";
import { loadModel } from "../load-model.ts";
import { byFeature, byNumber, type Colouring, plain } from "../map/colouring.ts";
import { chosen, embeddingsOf, rowsOf } from "../map/embedded.ts";
import { keptNeighbours } from "../map/kept-neighbours.ts";
import { mapSvg } from "../map/map-figure.ts";
import { modelOf } from "../models.ts";
import { ProgressLine } from "../progress.ts";
import { type FeatureFlags, featureOptions } from "../read-flags.ts";
import { checkApart } from "../same-file.ts";
import { loadTitles } from "../titles.ts";
import { count, number } from "../words.ts";

const METHODS = ["umap", "pca"] as const;
const WHAT = ["items", "users"] as const;

interface MapFlags extends FeatureFlags {
  readonly modelFile?: string;
  readonly of: (typeof WHAT)[number];
  readonly method: (typeof METHODS)[number];
  readonly out?: string;
  readonly colour?: string;
  readonly limit: number;
  readonly label: number;
  readonly items?: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  kith map --model-file demo.kith --features demo --colour section --out map.svg
  kith map --model-file model.kith --out map.svg --label 30 --items titles.csv
  kith map --model-file vae.kith --of users --method pca --out users.svg

Points are compared by the cosine of their vectors, as similar does. umap keeps neighbours together, and what is far apart says little; pca shows the
two directions in which vectors differ most. Both say what share of the ten nearest neighbours the map has kept.`;

/** \`kith map\`: the latent space of a model on a plane. */
export function addMap(program: Command): void {
  const command = program
    .command("map")
    .description("draw what a model has learned of items or users as a map, coloured by a feature");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option("--of <what>", "items or users", parse.oneOf("--of", WHAT), "items")
    .option("--method <name>", "umap or pca", parse.oneOf("--method", METHODS), "umap")
    .option("--out <file>", "the SVG file to write", parse.text("--out"))
    .option(
      "--colour <field>",
      "the field of --features to colour by (default: how often items, or how much users have)",
      parse.text("--colour"),
    )
    .option(
      "--limit <n>",
      "how many at most: the items that most users have, the users who have most; else the first ones",
      parse.wholeNumber("--limit", 2),
      3000,
    )
    .option(
      "--label <n>",
      "names to write beside points, where there is room",
      parse.wholeNumber("--label", 0),
      24,
    )
    .option(
      "--items <file>",
      "titles of items: columns item and title; demo for the embedded data",
      parse.text("--items"),
    )
    .option("--seed <n>", "of umap: same seed, same map", parse.wholeNumber("--seed", 0), 42)
    .option("--json", "what was drawn, as one JSON object on stdout")
    .option("--quiet", "no progress and no remarks");
  command.optionsGroup("Reading --features:");
  addFileOptions(command);
  command.option(
    "--features <file>",
    "what is known about them: a column of ids (--item-col), and one for each field; demo for the embedded data",
    parse.text("--features"),
  );
  command.option("--item-col <name>", "column of the ids", parse.text("--item-col"));
  addFeatureColumns(command);
  command.addHelpText("after", EXAMPLES).action(() => run(command.opts<MapFlags>()));
}

async function run(flags: MapFlags): Promise<void> {
  const {
    modelFile,
    of,
    method,
    out,
    colour,
    features,
    limit,
    label,
    seed,
    json,
    quiet = false,
  } = flags;
  if (out === undefined) throw new UsageError("--out is missing: the SVG file to write");
  if (colour !== undefined && features === undefined)
    throw new UsageError("--colour is a field of --features <file>, which is missing");
  if (features !== undefined && colour === undefined)
    throw new UsageError("--features is read for --colour <field>, which is missing");
  await checkApart(
    [["--out", out]],
    [
      ["--model-file", modelFile],
      ["--features", features === DEMO ? undefined : features],
      ["--items", flags.items === DEMO ? undefined : flags.items],
    ],
  );
  await checkWritable(out);
  await useBackend({});
  const line = new ProgressLine({ quiet });
  const signal = onInterrupt((sentence) => line.note(sentence));
  const model = await loadModel(modelFile);
  const { name } = modelOf(model);
  const all = embeddingsOf(model, of, name);
  const order = chosen(all.weights, all.ids.length, limit);
  const vectors = rowsOf(all.vectors, all.dim, order);
  const ids = order.map((n) => all.ids[n]);
  const titles = of === "items" ? await loadTitles(flags.items) : () => undefined;
  const colouring = await coloured(flags, ids, order, all.weights, line);
  // Loaded here: their libraries would delay the start of every command.
  const { NEIGHBOURS, neighbourPlane } = await import("../map/neighbour-plane.ts");
  const { principalPlane } = await import("../map/principal-plane.ts");
  const isFew = method === "umap" && order.length <= NEIGHBOURS;
  if (isFew) line.note(`umap takes more than ${NEIGHBOURS} points: drawn by pca`);
  const drawnBy = isFew ? "pca" : method;
  const plane = drawnBy === "pca" ? principalPlane(vectors, all.dim) : undefined;
  const points =
    plane?.points ??
    (await neighbourPlane(vectors, all.dim, seed, (done) => {
      signal.throwIfAborted();
      line.update(`arranging ${count(order.length, "point")}  ${Math.floor(done * 100)} %`);
    }));
  line.clear();
  const neighboursKept = keptNeighbours(vectors, all.dim, points);
  const chosenBy = all.weights ? (of === "items" ? "most popular" : "most active") : "first";
  const drawn =
    order.length < all.ids.length
      ? `the ${number(order.length)} ${chosenBy} of ${number(all.ids.length)} ${of}`
      : `${number(order.length)} ${of}`;
  const shares = plane && `${percent(plane.explained[0] + plane.explained[1])} of the variance`;
  const title = `${of === "items" ? "Items" : "Users"} as ${name} sees them`;
  const caption = [
    drawn,
    shares ? `pca, ${shares}` : drawnBy,
    `${percent(neighboursKept)} of the ten nearest neighbours kept`,
  ].join("; ");
  const names = ids.map((id) => titles(id) ?? String(id));
  const svg = mapSvg({ title, caption, points, names, colouring, labels: label });
  await writeAtomically(out, [new TextEncoder().encode(svg)]);
  if (json)
    await printJson({
      event: "result",
      model: name,
      of,
      method: drawnBy,
      points: order.length,
      all: all.ids.length,
      dim: all.dim,
      neighboursKept,
      ...(plane && { varianceExplained: plane.explained }),
      ...(colour !== undefined && { colour }),
      out,
    });
  else line.note(`${caption}; saved in ${out}`);
}

async function coloured(
  flags: MapFlags,
  ids: readonly Id[],
  order: readonly number[],
  weights: Float64Array | undefined,
  line: ProgressLine,
): Promise<Colouring> {
  const { of, colour, features } = flags;
  if (colour !== undefined && features !== undefined)
    return byFeature(ids, await featuresOf(flags, line), colour);
  if (!weights) return plain(ids.length);
  const values = Float64Array.from(order, (n) => weights[n]);
  return byNumber(of === "items" ? "users who have it" : "items they have", values);
}

async function featuresOf(flags: MapFlags, line: ProgressLine): Promise<Features> {
  if (flags.features !== DEMO) return loadFeatures(flags, (sentence) => line.note(sentence));
  const { items, users } = await debianDependencies();
  const { of, ...more } = flags;
  const [bytes, id] = of === "items" ? [items, "item"] : [users, "user"];
  return (await readFeatures(bytes, { ...featureOptions("demo.tsv", more), itemColumn: id })).data;
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
