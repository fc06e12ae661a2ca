import type { WalkGraph, WalkRules, Walks } from "./kernels.ts";
import { Stream } from "./stream.ts";

/** Proposals before a step is drawn exactly, in time linear in the degree. */
const PATIENCE = 64;

/** The reference of the kernel `walks`. */
export function walks(
  out: Walks,
  graph: WalkGraph,
  starts: Uint32Array,
  { length, restart, p, q }: WalkRules,
  key: readonly [number, number],
  first: number,
): void {
  const rows = new Rows(graph);
  const [back, away] = [1 / p, 1 / q];
  const unit = 2 ** 32 / Math.max(back, 1, away);
  const bias = (before: number, to: number) =>
    to === before ? back : rows.linked(to, before) ? 1 : away;

  const step = (at: number, before: number | undefined, stream: Stream): number => {
    if (before === undefined || (p === 1 && q === 1) || rows.degree(at) === 1)
      return rows.draw(at, stream);
    for (let n = 0; n < PATIENCE; n++) {
      const to = rows.draw(at, stream);
      if (stream.next() < bias(before, to) * unit) return to;
    }
    return rows.drawExactly(at, (to) => bias(before, to), stream);
  };

  for (let w = 0; w < starts.length; w++) {
    const stream = new Stream(key, first + w);
    let at = starts[w];
    let before: number | undefined;
    out.tokens[w * length] = at;
    let count = 1;
    for (; count < length; count++) {
      if (restart > 0 && stream.next() < restart) {
        at = starts[w];
        before = undefined;
      } else {
        if (rows.degree(at) === 0) break;
        const to = step(at, before, stream);
        before = at;
        at = to;
      }
      out.tokens[w * length + count] = at;
    }
    out.lengths[w] = count;
  }
}

/** The rows of a graph, whose entries are neighbour, threshold, alias and weight, or the neighbour alone. */
class Rows {
  readonly #offsets: Uint32Array;
  readonly #entries: Uint32Array;
  readonly #weights: Float32Array | undefined;
  readonly #words: number;

  constructor({ offsets, entries, weighted }: WalkGraph) {
    this.#offsets = offsets;
    this.#entries = entries;
    this.#words = weighted ? 4 : 1;
    this.#weights = weighted
      ? new Float32Array(entries.buffer, entries.byteOffset, entries.length)
      : undefined;
  }

  degree(node: number): number {
    return this.#offsets[node + 1] - this.#offsets[node];
  }

  /** A neighbour by weight. */
  draw(node: number, stream: Stream): number {
    const at = (this.#offsets[node] + stream.below(this.degree(node))) * this.#words;
    if (!this.#weights) return this.#entries[at];
    return stream.next() < this.#entries[at + 1] ? this.#entries[at] : this.#entries[at + 2];
  }

  drawExactly(node: number, bias: (to: number) => number, stream: Stream): number {
    const shares: number[] = [];
    let total = 0;
    for (let k = this.#offsets[node]; k < this.#offsets[node + 1]; k++) {
      const weight = this.#weights ? this.#weights[4 * k + 3] : 1;
      shares.push(weight * bias(this.#neighbour(k)));
      total += shares[shares.length - 1];
    }
    let left = (stream.next() / 2 ** 32) * total;
    for (let n = 0; n < shares.length; n++) {
      left -= shares[n];
      if (left < 0) return this.#neighbour(this.#offsets[node] + n);
    }
    return this.#neighbour(this.#offsets[node + 1] - 1);
  }

  linked(from: number, to: number): boolean {
    for (let k = this.#offsets[from]; k < this.#offsets[from + 1]; k++)
      if (this.#neighbour(k) === to) return true;
    return false;
  }

  #neighbour(k: number): number {
    return this.#entries[k * this.#words];
  }
}
