import { heap } from "../src/heap.ts";
import { jsKernels } from "../src/kernels/js.ts";
import { wasmKernels } from "../src/kernels/wasm.ts";
import { cellsOf, expectDrawn } from "./support/chance.ts";
import { expectGradientSteps } from "./support/gradient.ts";
import { rowsOf, runSkipGram, type SkipGramCase, zeros } from "./support/skip-gram-run.ts";
import { Inputs } from "./support/work.ts";

const made = wasmKernels({ heap: heap(), threads: 1, relaxed: true });
afterAll(() => made.threads.close());

const MODES = ["shared", "plain", "cbow"] as const;
const BY_PAIR = ["shared", "plain"] as const;
const LANES = 8; // sequences that share negatives
const PIECE = 4096; // tokens of a long sequence that are trained together
const FINE = 2 ** -20; // so small a rate that what one step changes does not matter to the next

describe.each([
  ["js", jsKernels, 1],
  ["wasm", made.kernels, 4],
] as const)("%s", (_, kernels, more) => {
  const run = (given: SkipGramCase) => {
    const on = new Inputs(1);
    const result = runSkipGram(kernels, on, given);
    on.free();
    return result;
  };

  /**
   * Sequences of their own contexts around item `target`: outputs of the first items are unit vectors and inputs are 0, so that a context's input
   * tells what it was trained with, +1 for each target and −1 for each negative.
   */
  const observe = (
    weights: readonly number[],
    {
      count,
      shape,
      ...given
    }: Partial<SkipGramCase> & {
      readonly count: number;
      readonly shape: (contexts: () => number) => number[];
    },
  ) => {
    const dim = weights.length;
    let items = dim;
    const sequences = Array.from({ length: count }, () => shape(() => items++));
    const outputs = zeros(items, dim);
    for (let n = 0; n < dim; n++) outputs[n][n] = 1;
    const result = run({
      ...{ sequences, weights, inputs: zeros(items, dim), outputs, ...given },
      rules: { ...given.rules, rate: FINE },
    });
    const trained = result.inputs.map((row) => row.map((value) => Math.round(2 * (value / FINE))));
    return { sequences, trained, pairs: result.pairs };
  };

  test.each(MODES)(
    "%s: negatives come with the weights of the table, and the target is never one",
    (mode) => {
      const weights = [1, 2, 3, 4, 0, 5, 6, 0.5];
      const { sequences, trained } = observe(weights, {
        count: more * (mode === "shared" ? 1000 * LANES : 1000),
        shape: (context) => [2, context()],
        negatives: 5,
        rules: { mode },
      });
      const counts = weights.map(() => 0);
      let draws = 0;
      for (const [s, [, context]] of sequences.entries()) {
        if (trained[context][2] !== 1) throw new Error("the target was not trained once");
        if (mode === "shared" && s % LANES > 0) continue; // the same draws
        draws += 5;
        trained[context].forEach((times, item) => {
          if (item !== 2) counts[item] -= times;
        });
      }
      counts[2] = draws - counts.reduce((sum, count) => sum + count, 0); // what fell on the target is skipped and not drawn again
      expectDrawn("negatives", cellsOf(counts, weights));
    },
  );

  test("eight sequences side by side share negatives in mode shared, and each pair has its own in the others", () => {
    const alike = MODES.map((mode) => {
      const { sequences, trained } = observe([1, 1, 1, 1, 1, 1, 1, 1], {
        count: 20 * LANES,
        shape: (context) => [0, context()],
        negatives: 3,
        rules: { mode },
      });
      const rows = sequences.map(([, context]) => String(trained[context]));
      return rows.filter((row, s) => row === rows[s - (s % LANES)]).length / rows.length;
    });
    expect(alike[0]).toBe(1);
    expect(alike[1]).toBeLessThan(0.2);
    expect(alike[2]).toBeLessThan(0.2);
  });

  test("a negative that is the target of one of the pairs that share it counts for the others", () => {
    // The only negative is item 0: target of the first sequence, and not of the second.
    const outputs = zeros(4, 4);
    outputs[0][0] = 1;
    const { inputs, losses } = run({
      ...{
        sequences: [
          [0, 2],
          [1, 3],
        ],
        inputs: zeros(4, 4),
        outputs,
        weights: [1],
      },
      rules: { mode: "shared", rate: FINE },
    });
    expect(inputs.map(([x]) => Math.round(2 * (x / FINE)))).toEqual([-1, -1, 1, -1]);
    expect(losses[0] + losses[1]).toBeCloseTo(7 * Math.LN2, 5); // four targets and three negatives, all of score 0
  });

  test.each(BY_PAIR)(
    "%s: more negatives come from the group of the target, each of its items alike",
    (mode) => {
      const on = new Inputs(2);
      const groups = {
        of: on.copy([0, 1, 0, 1, 0, 0, 1, ...new Array<number>(2000).fill(2)]),
        offsets: on.copy([0, 4, 7, 8]),
        items: on.copy([0, 2, 4, 5, 1, 3, 6, 7]),
        count: 3,
      };
      // From the table comes nothing but the target, which is skipped.
      const ofTarget = (target: number) =>
        observe(new Array(8).fill(0).with(target, 1), {
          count: 1000,
          shape: (context) => [target, context()],
          groups,
          rules: { mode },
        });
      const { sequences, trained } = ofTarget(2);
      const counts = new Array(8).fill(0);
      for (const [, context] of sequences)
        trained[context].forEach((times, item) => {
          counts[item] += item === 2 ? 1 - times : -times;
        });
      expect(counts[2]).toBe(0);
      counts[2] = 3 * sequences.length - counts.reduce((sum, count) => sum + count, 0);
      expectDrawn("group", cellsOf(counts, [1, 0, 1, 0, 1, 1, 0, 0]));
      const alone = ofTarget(7);
      const seen = new Set(alone.sequences.map(([, context]) => String(alone.trained[context])));
      expect([...seen]).toEqual(["0,0,0,0,0,0,0,1"]);
      on.free();
    },
  );

  test.each(BY_PAIR)(
    "%s: the global item of a sequence is a target of each token but itself",
    (mode) => {
      const none = 2 ** 32 - 1;
      const outputs = zeros(6, 4);
      outputs[5][3] = 1;
      const { inputs, pairs } = run({
        sequences: [[0], [1, 2], [5, 3], [4]],
        globals: [5, 5, 5, none],
        ...{ inputs: zeros(6, 4), outputs, weights: [1], rules: { mode, rate: FINE } },
      });
      expect(pairs).toEqual([1, 4, 3, 0]);
      expect(inputs.map((row) => Math.round(2 * (row[3] / FINE)))).toEqual([1, 1, 1, 2, 0, 0]); // 3 has 5 for a neighbour, too
    },
  );

  test.each(MODES)(
    "%s: the span of a centre is uniform in 1 … window, and the same on both sides",
    (mode) => {
      const window = 5;
      const { sequences, trained } = observe([1, 0, 0, 0], {
        count: more * 500,
        shape: (context) => [
          ...Array.from({ length: 7 }, context),
          3,
          ...Array.from({ length: 7 }, context),
        ],
        rules: { mode, window },
      });
      const patterns = [1, 2, 3, 4, 5].map((span) => {
        const side = Array.from({ length: 7 }, (_, n) => (n < span ? 1 : 0));
        return [...side.toReversed(), 0, ...side].join("");
      });
      const spans = new Array(window + 1).fill(0); // and one for what is no span
      for (const sequence of sequences) {
        const reached = sequence.map((context) => (context === 3 ? 0 : trained[context][3]));
        const span = patterns.indexOf(reached.join(""));
        spans[span < 0 ? window : span]++;
      }
      expectDrawn("spans", cellsOf(spans, [1, 1, 1, 1, 1, 0]));
    },
  );

  test.each(BY_PAIR)("%s: windows end where their sequence does", (mode) => {
    const { trained, pairs } = observe([1, 0, 0, 0], {
      count: 2,
      shape: (context) => [3, context(), context()],
      rules: { mode, window: 50 },
    });
    expect(Math.max(...pairs)).toBeLessThanOrEqual(6);
    for (const context of [4, 6]) expect(trained[context][3]).toBe(1); // by one target 3, not by that of the other sequence
  });

  test.each(BY_PAIR)(
    "%s: occurrences are kept with the probability of their item, before windows are laid",
    (mode) => {
      const shares = [0.05, 0.3, 0.75];
      const count = more * 1000;
      const sequences = shares.flatMap((_, item) => Array.from({ length: count }, () => [item, 3]));
      const { pairs } = run({
        ...{ sequences, weights: [1], inputs: zeros(5, 4), outputs: zeros(5, 4), rules: { mode } },
        keep: [...shares.map((share) => Math.round(share * 2 ** 32)), 2 ** 32 - 1, 0],
      });
      shares.forEach((share, item) => {
        const kept = pairs.slice(item * count, (item + 1) * count).filter((n) => n === 2).length;
        expectDrawn(`item ${item}`, cellsOf([kept, count - kept], [share, 1 - share]));
      });
      const across = run({
        ...{
          sequences: [[3, 4, 4, 4, 3]],
          weights: [1],
          inputs: zeros(5, 4),
          outputs: zeros(5, 4),
          rules: { mode },
        },
        keep: [0, 0, 0, 2 ** 32 - 1, 0],
      });
      expect(across.pairs).toEqual([2]); // the two 3s are neighbours
    },
  );

  test.each(BY_PAIR)("%s: the rate falls with each token down to the least", (mode) => {
    const { inputs } = run({
      sequences: [
        [0, 1],
        [2, 3],
        [4, 5],
        [6, 7],
      ],
      ...{
        inputs: zeros(8, 4),
        outputs: zeros(8, 4).map(() => [1, 0, 0, 0]),
        weights: new Array(8).fill(0).with(7, 1),
      },
      negatives: 0,
      rules: { mode, rate: 8 / 8192, decay: 1 / 8192, least: 3 / 8192 },
    });
    expect(inputs.map(([x]) => 2 * 8192 * x)).toEqual([8, 8, 6, 6, 4, 4, 3, 3]);
  });

  test.each(MODES)(
    "%s: beyond 6 the sigmoid counts as 0 or 1, and the loss stays what it is",
    (mode) => {
      for (const score of [7, -7, 6, 5]) {
        // Input 1 has this score with its target, 0, and with the only negative, 2. Input 0 and its target are zeros.
        const { inputs, outputs, losses } = run({
          sequences: [[0, 1]],
          inputs: zeros(3, 4).with(1, [score, 0, 0, 0]),
          outputs: zeros(3, 4).map((row, n) => (n === 1 ? row : [1, 0, 0, 0])),
          weights: [0, 0, 1],
          rules: { mode },
        });
        const sigma = Math.abs(score) > 6 ? Number(score > 0) : 1 / (1 + Math.exp(-score));
        const rate = 2 ** -10;
        expect(outputs[0][0]).toBeCloseTo(1 + (1 - sigma) * rate * score, 6);
        expect(outputs[2][0]).toBeCloseTo(1 - sigma * rate * score, 6);
        expect(inputs[1][0]).toBeCloseTo(score + (1 - 2 * sigma) * rate, 6);
        const exact = Math.log1p(Math.exp(-score)) + Math.log1p(Math.exp(score));
        expect(losses[0]).toBeCloseTo(exact + 2 * Math.LN2, 5);
      }
    },
  );

  test("a step is that of word2vec, and its loss the exact one", () => {
    const [x0, x1, x2] = [
      [0.5, -1, 0.25, 2],
      [1, 0.5, -0.75, 0.1],
      [9, 9, 9, 9],
    ];
    const [y0, y1, y2] = [
      [-0.2, 0.4, 0.6, -0.8],
      [0.3, 0.3, -0.5, 0.7],
      [0.9, -0.1, 0.2, 0.4],
    ];
    const rate = 0.5;
    const given = {
      sequences: [[0, 1]],
      inputs: [x0, x1, x2],
      outputs: [y0, y1, y2],
      weights: [0, 0, 1],
      negatives: 2,
    };
    for (const mode of MODES) {
      const { inputs, outputs, losses, pairs } = run({ ...given, rules: { mode, rate } });
      // Centre 0: its context 1 is the input, 0 the target, and 2 the negative, twice. Then centre 1, with what that has changed.
      const first = byHand(x1, [y0, y2, y2], rate);
      const [a0, a2] = [first.outputs[0], plus(first.outputs[1], minus(first.outputs[2], y2))];
      const second = byHand(x0, [y1, a2, a2], rate);
      expectClose(inputs[1], first.input);
      expectClose(inputs[0], second.input);
      expect(inputs[2]).toEqual(x2);
      expectClose(outputs[0], a0);
      expectClose(outputs[1], second.outputs[0]);
      expectClose(outputs[2], plus(second.outputs[1], minus(second.outputs[2], a2)));
      expect(losses[0]).toBeCloseTo(first.loss + second.loss, 5);
      expect(pairs).toEqual([2]);
    }
  });

  test("rows that occur twice in a step get both updates", () => {
    // Two sequences side by side have the same input and target; both negatives are item 3.
    const [inputs, outputs] = [zeros(4, 4), zeros(4, 4)];
    inputs[0][0] = 0.5;
    outputs[1][1] = outputs[3][2] = 1;
    const result = run({
      ...{
        sequences: [
          [0, 1],
          [0, 1],
        ],
        inputs,
        outputs,
        weights: [0, 0, 0, 1],
        negatives: 2,
      },
      rules: { mode: "shared", rate: FINE },
    });
    const halves = (numbers: number[]) =>
      numbers.map((number) => Math.round(4 * (number / FINE)) / 2);
    expect(halves(result.inputs[0].slice(1))).toEqual([2, -4, 0]);
    expect(halves(result.outputs[1].slice(0, 1))).toEqual([1]);
    expect(halves(result.outputs[3].slice(0, 1))).toEqual([-2]);
  });

  test.each(MODES)(
    "%s: a sequence of more than 4,096 tokens is trained in pieces, each at its own rate",
    (mode) => {
      const long = new Array<number>(PIECE).fill(0);
      const outputs = zeros(4, 4);
      outputs[1][0] = outputs[2][0] = 1;
      const { pairs, inputs } = run({
        sequences: [
          [...long, 1, 2],
          [...long, 0],
        ],
        ...{ inputs: zeros(4, 4), outputs, weights: [0, 0, 0, 1] },
        rules: { mode, rate: FINE, decay: FINE / (2 * PIECE), least: 0 },
      });
      const first = mode === "cbow" ? PIECE : 2 * (PIECE - 1);
      expect(pairs).toEqual([first + 2, first]); // no pair across the end of a piece
      for (const item of [1, 2]) expect(2 * (inputs[item][0] / FINE)).toBeCloseTo(0.5, 3);
    },
  );

  test.each(BY_PAIR)("%s: sequences without a pair have no loss", (mode) => {
    const { losses, pairs } = run({
      sequences: [[], [1], [0, 1], []],
      ...{ inputs: zeros(3, 4), outputs: zeros(3, 4), weights: [1, 1, 1], rules: { mode } },
    });
    expect(pairs).toEqual([0, 0, 2, 0]);
    expect([losses[0], losses[1], losses[3]]).toEqual([0, 0, 0]);
    expect(losses[2]).toBeGreaterThan(1);
  });

  test.each(MODES)("%s: what a small rate changes is the gradient of the loss", (mode) => {
    const [items, dim] = [9, 4];
    const drawn = new Inputs(3);
    const [inputs, outputs] = [drawn.floats(items * dim), drawn.floats(items * dim)].map(
      (floats) => [...floats],
    );
    drawn.free();
    // In cbow each context takes over all of what its mean gains, as in word2vec.c; around the middle token of three that is twice the gradient.
    const sequences =
      mode === "cbow"
        ? [
            [0, 1, 2],
            [3, 4, 5],
            [6, 7, 8],
          ]
        : [
            [0, 1, 2, 3, 0, 4],
            [5, 0, 2, 2, 6],
            [7, 8],
          ];
    const train = (tables: Readonly<Record<string, readonly number[]>>, rate: number) => {
      const result = run({
        sequences,
        inputs: rowsOf(Float32Array.from(tables.inputs), dim),
        outputs: rowsOf(Float32Array.from(tables.outputs), dim),
        weights: new Array(items).fill(1),
        negatives: 3,
        rules: { mode, rate, window: mode === "cbow" ? 1 : 4 },
      });
      return {
        tables: { inputs: result.inputs.flat(), outputs: result.outputs.flat() },
        loss: result.losses.reduce((sum, loss) => sum + loss, 0),
      };
    };
    expectGradientSteps(train, { inputs, outputs }, (table, at) =>
      mode === "cbow" && table === "inputs" && Math.floor(at / dim) % 3 !== 1 ? 2 : 1,
    );
  });
});

/** word2vec's step for one input: the first output has label 1, the others 0. */
function byHand(input: readonly number[], outputs: readonly (readonly number[])[], rate: number) {
  const scores = outputs.map((output) =>
    input.reduce((sum, value, d) => sum + value * output[d], 0),
  );
  const labels = outputs.map((_, n) => (n === 0 ? 1 : 0));
  const steps = scores.map((score, n) => rate * (labels[n] - 1 / (1 + Math.exp(-score))));
  return {
    input: input.map(
      (value, d) => value + outputs.reduce((sum, output, n) => sum + steps[n] * output[d], 0),
    ),
    outputs: outputs.map((output, n) => output.map((value, d) => value + steps[n] * input[d])),
    loss: scores.reduce(
      (sum, score, n) => sum + Math.log(1 + Math.exp(labels[n] === 1 ? -score : score)),
      0,
    ),
  };
}

function plus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, d) => value + b[d]);
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, d) => value - b[d]);
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [d, value] of found.entries()) expect(value).toBeCloseTo(wanted[d], 5);
}
