import {
  type Csr,
  HeapIndices,
  kernels,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import { WalkableGraph } from "./walkable-graph.ts";

export interface MostVisitedOptions {
  /** Walks from each node. Default 100. */
  walks?: number;
  /** Nodes in a walk, its start included. Default 5. */
  walkLength?: number;
  /** Nodes that are kept of those visited. Default 50. */
  keep?: number;
}

/** For each node of a range the nodes of that range that walks from it visit, most often visited first. */
export interface MostVisited {
  /** Those of node begin + n are from offsets[n] to offsets[n + 1]. */
  readonly offsets: Uint32Array;
  /** Numbers within the range, from 0. */
  readonly nodes: Uint32Array;
  /** How often each was visited. */
  readonly visits: Uint32Array;
}

const RULES: Rules<MostVisitedOptions> = {
  walks: positiveInteger(100, 1e6),
  walkLength: positiveInteger(5, 1e5),
  keep: positiveInteger(50, 1e6),
};

/** Tokens that are drawn at a time. */
const BLOCK = 1 << 20;

/**
 * Importance neighbourhoods (PinSage, Ying et al., KDD 2018, https://arxiv.org/abs/1806.01973, section 3.2): which nodes of one kind, such as the items of a graph of
 * users and items, short random walks from a node visit, and how often. A node is not its own neighbour; of nodes that are visited equally often the lower
 * one comes first. The same for the same stream, whatever the number of threads.
 * @param graph square; steps follow its weights
 * @param begin … end: the nodes that walks start at, and whose visits count
 * @throws OptionError for an unknown or ill-formed option
 * @throws KithError for a graph without edges, or a weight that is negative or not finite
 */
export function mostVisited(
  graph: Csr,
  [begin, end]: readonly [begin: number, end: number],
  options: MostVisitedOptions,
  rng: Rng,
): MostVisited {
  const { walks, walkLength, keep } = resolveOptions("mostVisited", options, RULES);
  const offsets = new Uint32Array(end - begin + 1);
  const [nodes, visits]: [Uint32Array[], Uint32Array[]] = [[], []]; // of each block of starts
  let size = 0;
  const counts = new Uint32Array(end - begin);
  const layout = new WalkableGraph(graph);
  try {
    const room = Math.max(1, Math.floor(BLOCK / (walks * walkLength)));
    for (let first = begin; first < end; first += room) {
      const last = Math.min(end, first + room);
      const tokens = walksFrom(layout, first, last, walks, walkLength, rng);
      const each = walks * walkLength;
      const [found, often]: [number[], number[]] = [[], []];
      for (let node = first; node < last; node++) {
        const seen: number[] = [];
        for (let at = (node - first) * each; at < (node - first + 1) * each; at++) {
          const visited = tokens[at] - begin;
          if (!(visited >= 0 && visited < counts.length) || tokens[at] === node) continue;
          if (counts[visited]++ === 0) seen.push(visited);
        }
        seen.sort((a, b) => counts[b] - counts[a] || a - b);
        for (const visited of seen.slice(0, keep)) {
          found.push(visited);
          often.push(counts[visited]);
        }
        for (const visited of seen) counts[visited] = 0;
        offsets[node - begin + 1] = size + found.length;
      }
      size += found.length;
      nodes.push(Uint32Array.from(found));
      visits.push(Uint32Array.from(often));
    }
  } finally {
    layout.dispose();
  }
  return { offsets, nodes: joined(nodes, size), visits: joined(visits, size) };
}

function joined(parts: readonly Uint32Array[], size: number): Uint32Array {
  const all = new Uint32Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Walks from each of the nodes first … last, `walks` of them each; places after the end of a walk hold its start. */
function walksFrom(
  layout: WalkableGraph,
  first: number,
  last: number,
  walks: number,
  length: number,
  rng: Rng,
): Uint32Array {
  const starts = new Uint32Array((last - first) * walks);
  for (let n = 0; n < starts.length; n++) starts[n] = first + Math.floor(n / walks);
  const { walks: run } = kernels(); // first, as it may allocate
  const from = new HeapIndices(starts);
  const tokens = new HeapIndices(starts.length * length);
  const lengths = new HeapIndices(starts.length);
  try {
    const out = { tokens: tokens.data, lengths: lengths.data };
    const rules = { length, restart: 0, p: 1, q: 1 };
    run(out, layout.view(), from.data, rules, rng.key, first * walks);
    const all = out.tokens.slice();
    for (let w = 0; w < starts.length; w++)
      all.fill(starts[w], w * length + out.lengths[w], (w + 1) * length);
    return all;
  } finally {
    for (const array of [from, tokens, lengths]) array.dispose();
  }
}
