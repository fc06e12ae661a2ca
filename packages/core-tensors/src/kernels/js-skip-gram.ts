import type { Kernels, Negatives, SkipGramRules, TokenSequences } from "./kernels.ts";
import { batchStep, type Example, pairStep } from "./pair-step.ts";
import { Stream } from "./stream.ts";

const PIECE = 4096; // a longer sequence is trained in pieces
const LANES = 8; // sequences whose pairs share negatives
const NONE = 0xffffffff;

/** The reference of the kernel `skipGram`. */
export const skipGram: Kernels["skipGram"] = (out, tables, chunk, negatives, rules, key, first) => {
  if (rules.mode === "shared") {
    sharedSkipGram(out, tables, chunk, negatives, rules, key, first);
    return;
  }
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
        if (mode === "plain") for (const context of contexts) train([context], kept[i], now);
        const global = chunk.globals?.[s] ?? NONE;
        if (global !== NONE && global !== kept[i]) train([input(kept[i])], global, now);
      }
    }
    out.losses[s] = loss;
    out.pairs[s] = pairs;
  }
};

/** An input, its target, and the learning rate. */
type Pair = readonly [input: number, target: number, rate: number];

const sharedSkipGram: Kernels["skipGram"] = (out, tables, chunk, negatives, rules, key, first) => {
  const { dim } = tables;
  const row = (table: Float32Array, item: number) => table.subarray(item * dim, (item + 1) * dim);
  const input = (item: number) => row(tables.inputs, item);
  const output = (item: number) => row(tables.outputs, item);
  const shared = new Stream(key, first, 1);
  let opened = 0;
  const open = () => {
    if (opened + 1 >= chunk.offsets.length) return undefined;
    const sequence = opened++;
    out.losses[sequence] = 0;
    out.pairs[sequence] = 0;
    return { sequence, pairs: pairsOf(sequence, chunk, rules, new Stream(key, first + sequence)) };
  };
  const lanes: { sequence: number; pairs: Iterator<Pair> }[] = [];
  for (let l = 0; l < LANES; l++) lanes.push(...[open()].filter((lane) => lane !== undefined));

  /** The next pair of a lane, of its sequence or the next ones. */
  const advance = (l: number): Pair | undefined => {
    for (;;) {
      const { done, value } = lanes[l].pairs.next();
      if (!done) return value;
      const next = open();
      if (!next) return undefined;
      lanes[l] = next;
    }
  };

  while (lanes.length > 0) {
    const batch: Pair[] = [];
    for (let l = 0; l < lanes.length; ) {
      const pair = advance(l);
      if (pair) {
        batch.push(pair);
        l++;
        continue;
      }
      const last = lanes.pop(); // takes the place of the one that has ended
      if (last && l < lanes.length) lanes[l] = last;
    }
    if (batch.length === 0) break;
    const items = Array.from({ length: negatives.count }, () => drawItem(negatives, shared));
    let loss = batchStep({
      inputs: batch.map(([item]) => input(item)),
      targets: batch.map(([, target]) => output(target)),
      rates: batch.map(([, , rate]) => rate),
      outputs: items.map(output),
      counts: (i, j) => items[j] !== batch[i][1],
    });
    for (const [item, target, rate] of batch) {
      const others = drawFromGroup(negatives, target, shared);
      if (others.length > 0)
        loss += pairStep(
          { inputs: [input(item)], outputs: others.map(output), positives: 0 },
          rate,
        ).loss;
    }
    out.losses[lanes[0].sequence] += loss; // the batch's loss stands with its first sequence
    for (const { sequence } of lanes) out.pairs[sequence]++;
  }
};

function* pairsOf(
  sequence: number,
  { tokens, offsets, globals }: TokenSequences,
  { window, rate, decay, least, keep }: SkipGramRules,
  stream: Stream,
): Generator<Pair, undefined> {
  const global = globals?.[sequence] ?? NONE;
  for (let from = offsets[sequence]; from < offsets[sequence + 1]; from += PIECE) {
    const piece = tokens.subarray(from, Math.min(offsets[sequence + 1], from + PIECE));
    const kept = piece.filter((item) => !keep || stream.next() <= keep[item]);
    const now = Math.fround(Math.max(least, rate - decay * (from - offsets[0])));
    for (let i = 0; i < kept.length; i++) {
      const span = window - stream.below(window);
      for (let c = Math.max(0, i - span); c < Math.min(kept.length, i + span + 1); c++)
        if (c !== i) yield [kept[c], kept[i], now];
      if (global !== NONE && global !== kept[i]) yield [kept[i], global, now];
    }
  }
  return undefined;
}

/** Items to tell a target from: drawn over all, then from the target's group; those that equal it are skipped. */
export function drawNegatives(negatives: Negatives, target: number, stream: Stream): number[] {
  const drawn = Array.from({ length: negatives.count }, () => drawItem(negatives, stream));
  return [...drawn.filter((item) => item !== target), ...drawFromGroup(negatives, target, stream)];
}

function drawItem({ thresholds, aliases }: Negatives, stream: Stream): number {
  const slot = stream.below(thresholds.length);
  return stream.next() < thresholds[slot] ? slot : aliases[slot];
}

function drawFromGroup({ groups }: Negatives, target: number, stream: Stream): number[] {
  if (!groups) return [];
  const { of, offsets, items, count } = groups;
  const group = of[target];
  const size = offsets[group + 1] - offsets[group];
  return Array.from({ length: count }, () => items[offsets[group] + stream.below(size)]).filter(
    (item) => item !== target,
  );
}
