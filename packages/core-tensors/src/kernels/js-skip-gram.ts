import type { Kernels, Negatives } from "./kernels.ts";
import { type Example, pairStep } from "./pair-step.ts";
import { Stream } from "./stream.ts";

const PIECE = 65_536; // a longer sequence is trained in pieces
const GROUP = 16; // contexts that share their negatives, at most
const NONE = 0xffffffff;

/** The reference of the kernel `skipGram`. */
export const skipGram: Kernels["skipGram"] = (out, tables, chunk, negatives, rules, key, first) => {
  const { dim } = tables;
  const { window, rate, decay, least, mode } = rules;
  const row = (table: Float32Array, item: number) => table.subarray(item * dim, (item + 1) * dim);
  const input = (item: number) => row(tables.inputs, item);
  const output = (item: number) => row(tables.outputs, item);

  for (let s = 0; s + 1 < chunk.offsets.length; s++) {
    const stream = new Stream(key, first + s);
    let [loss, pairs] = [0, 0];
    const train = (inputs: readonly Float32Array[], target: number, rate: number): void => {
      const outputs = [target, ...drawNegatives(negatives, target, stream)].map(output);
      const example: Example = { inputs, outputs, positives: 1 };
      loss += pairStep(example, rate).loss;
      pairs += inputs.length;
    };
    for (let from = chunk.offsets[s]; from < chunk.offsets[s + 1]; from += PIECE) {
      const to = Math.min(chunk.offsets[s + 1], from + PIECE);
      const { keep } = rules;
      const kept = chunk.tokens
        .subarray(from, to)
        .filter((item) => !keep || stream.next() <= keep[item]);
      const now = Math.fround(Math.max(least, rate - decay * (from - chunk.offsets[0])));
      for (let i = 0; i < kept.length; i++) {
        const span = window - stream.below(window);
        const contexts = [
          ...kept.subarray(Math.max(0, i - span), i),
          ...kept.subarray(i + 1, i + span + 1),
        ].map(input);
        if (mode === "cbow" && contexts.length > 0) {
          const mean = new Float32Array(dim);
          for (const context of contexts)
            for (let d = 0; d < dim; d++) mean[d] += context[d] / contexts.length;
          const before = mean.slice();
          train([mean], kept[i], now);
          for (const context of contexts)
            for (let d = 0; d < dim; d++) context[d] += mean[d] - before[d];
        }
        const size = mode === "shared" ? GROUP : 1;
        if (mode !== "cbow")
          for (let c = 0; c < contexts.length; c += size)
            train(contexts.slice(c, c + size), kept[i], now);
        const global = chunk.globals?.[s] ?? NONE;
        if (global !== NONE && global !== kept[i]) train([input(kept[i])], global, now);
      }
    }
    out.losses[s] = loss;
    out.pairs[s] = pairs;
  }
};

/** Items to tell a target from: drawn over all, then from the target's group; those that equal it are skipped. */
export function drawNegatives(
  { count, thresholds, aliases, groups }: Negatives,
  target: number,
  stream: Stream,
): number[] {
  const drawn: number[] = [];
  for (let n = 0; n < count; n++) {
    const slot = stream.below(thresholds.length);
    drawn.push(stream.next() < thresholds[slot] ? slot : aliases[slot]);
  }
  if (groups) {
    const { offsets, items } = groups;
    const group = groups.of[target];
    for (let n = 0; n < groups.count; n++)
      drawn.push(items[offsets[group] + stream.below(offsets[group + 1] - offsets[group])]);
  }
  return drawn.filter((item) => item !== target);
}
