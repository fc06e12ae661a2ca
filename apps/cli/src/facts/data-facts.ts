import type { FeatureField, ItemPairs, ReadReport } from "@kith/data";
import { components, degreeStatistics, pairGraph } from "@kith/graph";
import { DEMO, loadInteractions } from "../load-data.ts";
import { loadFeatures } from "../load-features.ts";
import { loadPairs } from "../load-pairs.ts";
import { loadSequences } from "../load-sequences.ts";
import type { FeatureFlags, PairFlags, ReadFlags, SequenceFlags } from "../read-flags.ts";
import { loadVectors } from "../vectors.ts";
import type { Facts } from "./facts.ts";

/** How a file of any kind is to be read. */
export type AnyReadFlags = ReadFlags & PairFlags & SequenceFlags & FeatureFlags;

/** What a file can be, and how it is looked at. */
export const DATA_FACTS: Readonly<
  Record<string, (path: string, flags: AnyReadFlags) => Promise<Facts>>
> = { interactions, pairs, sequences, features, vectors };

const nobody = () => {};

async function interactions(path: string, flags: AnyReadFlags): Promise<Facts> {
  const { data, report } = await loadInteractions(path, flags, nobody);
  const { density, duplicates, valueRange, timeRange, ...counts } = data.summary();
  return {
    kind: "data",
    file: path,
    format: report.format,
    columns: report.columns,
    ...counts,
    density,
    duplicates,
    ...(valueRange && { valueRange }),
    ...(timeRange && { timeRange, ...(isUnixTime(timeRange) && { dates: timeRange.map(date) }) }),
    ...badRows(report),
    dataHash: data.hash(),
  };
}

async function pairs(path: string, flags: AnyReadFlags): Promise<Facts> {
  const { data, report } = await loadPairs(path, flags, nobody);
  const { label } = data;
  const edges = label ? data.select((row) => label[row] === 1) : data;
  const { graph, report: found } = pairGraph(edges);
  const { median, max } = degreeStatistics(graph);
  const { sizes } = components(graph);
  return {
    kind: "pairs",
    file: path,
    ...(report && { format: report.format, columns: report.columns }),
    pairs: data.length,
    items: data.items.size,
    ...(label && { label1: edges.length, label0: data.length - edges.length }),
    ...(data.weight && { weightRange: rangeOf(data.weight) }),
    ...relationsOf(data),
    edges: graph.indices.length / 2,
    selfLoops: found.selfLoops,
    duplicates: found.duplicates,
    zeroWeights: found.zeroWeights,
    isolated: found.isolated,
    medianDegree: median,
    maxDegree: max,
    components: sizes.length,
    largestComponent: sizes.reduce((most, size) => Math.max(most, size), 0),
    ...(report && badRows(report)),
    dataHash: data.hash(),
  };
}

async function sequences(path: string, flags: AnyReadFlags): Promise<Facts> {
  const data =
    path === DEMO
      ? await loadSequences(path, {}, nobody)
      : await loadSequences(path, flags, nobody);
  const lengths = Uint32Array.from(
    { length: data.sequences },
    (_, s) => data.offsets[s + 1] - data.offsets[s],
  ).sort();
  return {
    kind: "sequences",
    file: path,
    sequences: data.sequences,
    tokens: data.tokens,
    items: data.items.size,
    minLength: lengths[0],
    medianLength: lengths[lengths.length >> 1],
    maxLength: lengths.at(-1),
    dataHash: data.hash(),
  };
}

async function features(path: string, flags: AnyReadFlags): Promise<Facts> {
  const data = await loadFeatures({ ...flags, features: path }, nobody);
  const coverage = data.coverage();
  return {
    kind: "features",
    file: path,
    items: data.ids.size,
    fields: Object.fromEntries(
      data.fields.map((field) => [
        field.name,
        `${whatIsIn(field)}, known of ${((coverage.get(field.name) ?? 0) * 100).toFixed(1)} %`,
      ]),
    ),
    dataHash: data.hash(),
  };
}

function whatIsIn(field: FeatureField): string {
  switch (field.kind) {
    case "categorical":
      return `${field.values.size} values`;
    case "numeric":
      return "numbers";
    case "multi-hot":
      return `sets of ${field.values.size} values`;
    case "vector":
      return `vectors of ${field.width} numbers`;
  }
}

async function vectors(path: string): Promise<Facts> {
  const { items, dim } = await loadVectors(path);
  return { kind: "vectors", file: path, items: items.size, dim };
}

function badRows({ badRowCount, badRows }: Pick<ReadReport, "badRowCount" | "badRows">): Facts {
  return { badRowCount, ...(badRowCount > 0 && { badRows }) };
}

function relationsOf({ relation, relations }: ItemPairs): Facts {
  if (!relation || !relations) return {};
  const counts = new Float64Array(relations.size);
  for (const one of relation) counts[one]++;
  return {
    relations: Object.fromEntries(
      Array.from(counts, (count, r) => [String(relations.id(r)), count]),
    ),
  };
}

function rangeOf(column: Float32Array): [number, number] {
  return [column.reduce((a, b) => Math.min(a, b)), column.reduce((a, b) => Math.max(a, b))];
}

/** Whether times look like seconds since 1970, from 1971 on. */
function isUnixTime([first, last]: readonly [number, number]): boolean {
  return first > 3e7 && last < 5e9;
}

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
