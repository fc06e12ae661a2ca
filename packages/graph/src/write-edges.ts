import {
  type Csr,
  FormatError,
  flag,
  type Rules,
  resolveOptions,
  ShapeError,
  transpose,
} from "@kith/core-tensors";
import type { Vocabulary } from "@kith/data";

export interface WriteEdgesOptions {
  /** Whether to write an edge in each direction that it has; else each is written once, and the matrix must be symmetric. Default false. */
  directed?: boolean;
}

const RULES: Rules<WriteEdgesOptions> = { directed: flag(false) };

/** Characters in a chunk, about. */
const CHUNK = 1 << 16;

/**
 * The edges as tab-separated lines "source target weight" under a header with these names: chunks of UTF-8, made as they are asked for. `readEdges` with
 * the same `directed`, and with `nodes` if their order and the ones without edges matter, gives the same graph to the bit.
 * @throws ShapeError unless there is one id for each row and column
 * @throws FormatError for an id with a tab, a line's end or a zero byte in it, a weight that is not finite, or edges of one direction where `directed` is false
 */
export function writeEdges(
  graph: Csr,
  nodes: Vocabulary,
  options: WriteEdgesOptions = {},
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const { directed } = resolveOptions("writeEdges", options, RULES);
  if (graph.rows !== nodes.size || graph.columns !== nodes.size)
    throw new ShapeError("writeEdges", [nodes.size, nodes.size], [graph.rows, graph.columns]);
  if (!directed) checkSymmetric(graph);
  return lines(graph, nodes, directed);
}

function* lines(
  { rows, offsets, indices, values }: Csr,
  nodes: Vocabulary,
  directed: boolean,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const encoder = new TextEncoder();
  const names = Array.from(nodes, checkedName);
  let text = "source\ttarget\tweight\n";
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      if (!directed && indices[k] < row) continue;
      if (!Number.isFinite(values[k]))
        throw new FormatError(
          `writeEdges: the weight of ${names[row]} to ${names[indices[k]]} is ${values[k]}, not finite`,
        );
      // nine digits tell all 32-bit floats apart
      text += `${names[row]}\t${names[indices[k]]}\t${Number(values[k].toPrecision(9))}\n`;
      if (text.length < CHUNK) continue;
      yield encoder.encode(text);
      text = "";
    }
  if (text !== "") yield encoder.encode(text);
}

function checkedName(id: string | number): string {
  const name = String(id);
  if (/[\0\t\r\n]/.test(name))
    throw new FormatError(
      `writeEdges: ${JSON.stringify(name)} has a tab, a line's end or a zero byte in it, which an edge list cannot hold`,
    );
  return name;
}

function checkSymmetric(graph: Csr): void {
  const mirrored = transpose(graph);
  for (let row = 0; row < graph.rows; row++)
    for (let k = graph.offsets[row]; k < graph.offsets[row + 1]; k++)
      if (
        mirrored.offsets[row + 1] !== graph.offsets[row + 1] ||
        mirrored.indices[k] !== graph.indices[k] ||
        mirrored.values[k] !== graph.values[k]
      )
        throw new FormatError(
          `writeEdges: node ${row} has an edge without an equal one back; pass directed: true`,
        );
}
