import { drawNegatives } from "./js-skip-gram.ts";
import type { Kernels } from "./kernels.ts";
import { pairStep } from "./pair-step.ts";
import { Stream } from "./stream.ts";

const OUTPUTS = 66; // of a step, at most
const NONE = 0xffffffff;

/** The reference of the kernel `eges`. */
export const eges: Kernels["eges"] = (out, tables, side, chunk, negatives, rules, key, first) => {
  const { dim } = tables;
  const { window, rate, decay, least } = rules;
  const { rows, fields, attention } = side;
  const input = (row: number) => tables.inputs.subarray(row * dim, (row + 1) * dim);
  const output = (item: number) => tables.outputs.subarray(item * dim, (item + 1) * dim);
  const size = Math.max(1, Math.floor(OUTPUTS / (1 + negatives.count)));

  for (let s = 0; s + 1 < chunk.offsets.length; s++) {
    const stream = new Stream(key, first + s);
    const tokens = chunk.tokens.subarray(chunk.offsets[s], chunk.offsets[s + 1]);
    const now = Math.fround(Math.max(least, rate - decay * (chunk.offsets[s] - chunk.offsets[0])));
    let [loss, pairs] = [0, 0];
    for (let i = 0; i < tokens.length; i++) {
      const span = window - stream.below(window);
      const own = rows.subarray(tokens[i] * fields, (tokens[i] + 1) * fields);
      const a = attention?.subarray(tokens[i] * fields, (tokens[i] + 1) * fields);
      const places = Array.from(tokens.keys()).slice(Math.max(0, i - span), i + span + 1);
      for (let begin = 0; begin < places.length; ) {
        const contexts: number[] = [];
        for (; begin < places.length && contexts.length < size; begin++)
          if (places[begin] !== i) contexts.push(tokens[places[begin]]);
        if (contexts.length === 0) continue;
        const others = contexts.flatMap((context) => drawNegatives(negatives, context, stream));

        const shares = fieldShares(own, a);
        const h = new Float32Array(dim);
        shares.forEach((share, f) => {
          if (own[f] !== NONE) for (let d = 0; d < dim; d++) h[d] += share * input(own[f])[d];
        });
        const before = h.slice();
        const outputs = [...contexts, ...others].map(output);
        loss += pairStep({ inputs: [h], outputs, positives: contexts.length }, now).loss;
        pairs += contexts.length;

        const change = h.map((value, d) => value - before[d]);
        const mean = dot(before, change);
        shares.forEach((share, f) => {
          if (own[f] === NONE) return;
          const row = input(own[f]);
          if (a) a[f] += share * (dot(row, change) - mean);
          for (let d = 0; d < dim; d++) row[d] += share * change[d];
        });
      }
    }
    out.losses[s] = loss;
    out.pairs[s] = pairs;
  }
};

/** The softmax of a over the fields that the item has, or 1/their number without a; fields that it lacks get 0. */
function fieldShares(rows: Uint32Array, a: Float32Array | undefined): number[] {
  const there = Array.from(rows, (row) => row !== NONE);
  const most = a ? Math.max(...Array.from(a).filter((_, f) => there[f])) : 0;
  const shares = there.map((has, f) => (has ? Math.exp((a?.[f] ?? 0) - most) : 0));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, d) => sum + value * b[d], 0);
}
