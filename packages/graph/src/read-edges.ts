import { type Csr, FormatError, OptionError } from "@kith/core-tensors";
import {
  type ByteSource,
  type Interactions,
  type ReadOptions,
  type ReadReport,
  readInteractions,
  type Vocabulary,
  VocabularyBuilder,
} from "@kith/data";
import { type FromEdgesOptions, fromEdges } from "./from-edges.ts";

export interface ReadEdgesOptions extends ReadOptions, Omit<FromEdgesOptions, "nodes"> {
  /** Default "source"; without a header the first column, "1". */
  sourceColumn?: string;
  /** Default "target"; without a header the second, "2". */
  targetColumn?: string;
  /** False for weights of 1. Default: a column named weight, value, …, where there is one; without a header the third, "3". */
  weightColumn?: string | false;
  /** The nodes there are, in this order; an edge with another one is an error. Default: those that have edges, in order of first appearance. */
  nodes?: Vocabulary;
}

const OPTIONS = [
  "name",
  "format",
  "delimiter",
  "skipLines",
  "header",
  "quotes",
  "onBadRow",
  "maxBadRows",
  "signal",
  "sourceColumn",
  "targetColumn",
  "weightColumn",
  "directed",
  "duplicates",
  "nodes",
] as const satisfies readonly (keyof ReadEdgesOptions)[];

/** A graph with the names of its nodes. */
export interface EdgeList {
  readonly graph: Csr;
  /** Node n is `nodes.id(n)`. */
  readonly nodes: Vocabulary;
  /** Rows that were read, and bad ones that were skipped. */
  readonly report: Pick<ReadReport, "rows" | "badRows" | "badRowCount" | "format">;
}

/**
 * Reads a list of edges from TSV, CSV or JSONL, plain or gzip: one edge a line, its ends and where there is one its weight.
 * @throws FormatError naming file, line and column, as `readInteractions` of @kith/data, or a node that is not among `nodes`
 * @throws OptionError for unknown or impossible options; the signal's reason when aborted
 */
export async function readEdges(
  source: ByteSource,
  options: ReadEdgesOptions = {},
): Promise<EdgeList> {
  checkOptions(options);
  const { directed, duplicates, nodes, sourceColumn, targetColumn, weightColumn, ...read } =
    options;
  const { header = true, name = "the data" } = read;
  const { data, report } = await readInteractions(source, {
    ...read,
    userColumn: sourceColumn ?? (header ? "source" : "1"),
    itemColumn: targetColumn ?? (header ? "target" : "2"),
    ...(weightColumn !== undefined && { valueColumn: weightColumn }),
    timeColumn: false,
  });
  const ends = nodes ? knownEnds(data, nodes, name) : endsByAppearance(data);
  const edges = { source: ends.source, target: ends.target, weight: data.value };
  const graph = fromEdges(edges, {
    nodes: ends.nodes.size,
    ...(directed !== undefined && { directed }),
    ...(duplicates !== undefined && { duplicates }),
  });
  const { rows, badRows, badRowCount, format } = report;
  return { graph, nodes: ends.nodes, report: { rows, badRows, badRowCount, format } };
}

/** Those of reading itself are checked by the reader. */
function checkOptions(options: ReadEdgesOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(OPTIONS as readonly string[]).includes(name))
      throw new OptionError("readEdges", name, `is unknown; it takes ${OPTIONS.join(", ")}`);
    const isColumn = (typeof value === "string" && value !== "") || value === undefined;
    if (name.endsWith("Column") && !isColumn && !(name === "weightColumn" && value === false))
      throw new OptionError(
        "readEdges",
        name,
        `must be a column's name${name === "weightColumn" ? ", or false" : ""}, got ${JSON.stringify(value)}`,
      );
  }
}

interface Ends {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly nodes: Vocabulary;
}

/** Sources and targets in one vocabulary. */
function endsByAppearance(data: Interactions): Ends {
  const builder = new VocabularyBuilder();
  const [ofSource, ofTarget] = [data.users, data.items].map((ids) =>
    new Int32Array(ids.size).fill(-1),
  );
  const source = new Uint32Array(data.length);
  const target = new Uint32Array(data.length);
  for (let row = 0; row < data.length; row++) {
    const [s, t] = [data.user[row], data.item[row]];
    if (ofSource[s] < 0) ofSource[s] = builder.add(data.users.id(s));
    if (ofTarget[t] < 0) ofTarget[t] = builder.add(data.items.id(t));
    source[row] = ofSource[s];
    target[row] = ofTarget[t];
  }
  return { source, target, nodes: builder.build() };
}

function knownEnds(data: Interactions, nodes: Vocabulary, name: string): Ends {
  const numbers = (column: Uint32Array, ids: Vocabulary) => {
    const known = ids.indicesIn(nodes);
    const stranger = known.indexOf(-1);
    if (stranger >= 0)
      throw new FormatError(
        `${name}: node ${JSON.stringify(ids.id(stranger))} is not among the ${nodes.size} nodes given`,
      );
    return column.map((id) => known[id]);
  };
  return { source: numbers(data.user, data.users), target: numbers(data.item, data.items), nodes };
}
