import { heap } from "../src/heap.ts";
import { jsKernels } from "../src/kernels/js.ts";
import { wasmKernels } from "../src/kernels/wasm.ts";
import { aliasTable } from "./support/alias-table.ts";
import { cellsOf, expectDrawn } from "./support/chance.ts";
import { expectGradientSteps, type Tables } from "./support/gradient.ts";
import { Inputs } from "./support/work.ts";

const made = wasmKernels({ heap: heap(), threads: 1, relaxed: true });
afterAll(() => made.threads.close());

const NONE = 2 ** 32 - 1;
const DIM = 4;

interface Case {
  readonly sequences: readonly (readonly number[])[];
  /** For each item its rows of the inputs: its own and those of its fields. */
  readonly rows: readonly (readonly number[])[];
  /** `attention` is not trained where it is left out. */
  readonly tables: Tables;
  /** What negatives are drawn by. */
  readonly weights: readonly number[];
  readonly negatives?: number;
  readonly window?: number;
  readonly rate?: number;
  readonly decay?: number;
  readonly least?: number;
}

describe.each([
  ["js", jsKernels],
  ["wasm", made.kernels],
] as const)("%s", (_, kernels) => {
  const run = (given: Case) => {
    const {
      sequences,
      rows,
      tables,
      weights,
      negatives = 1,
      window = 1,
      rate = 2 ** -10,
      decay = 0,
      least = -1,
    } = given;
    const on = new Inputs(1);
    const [inputs, outputs] = [on.numbers(tables.inputs), on.numbers(tables.outputs)];
    const attention = tables.attention && on.numbers(tables.attention);
    const offsets = [0];
    for (const sequence of sequences) offsets.push(offsets[offsets.length - 1] + sequence.length);
    const { thresholds, aliases } = aliasTable(weights);
    const out = { losses: on.doubles(sequences.length), pairs: on.outputIds(sequences.length) };
    kernels.eges(
      out,
      { inputs, outputs, dim: DIM },
      { fields: rows[0].length, rows: on.copy(rows.flat()), attention },
      { tokens: on.copy(sequences.flat()), offsets: on.copy(offsets) },
      { count: negatives, thresholds: on.copy(thresholds), aliases: on.copy(aliases) },
      { window, rate, decay, least, deterministic: true },
      [8, 3],
      0,
    );
    const result = {
      tables: {
        inputs: [...inputs],
        outputs: [...outputs],
        ...(attention && { attention: [...attention] }),
      } as Tables,
      losses: [...out.losses],
      pairs: [...out.pairs],
      loss: out.losses.reduce((sum, loss) => sum + loss, 0),
    };
    on.free();
    return result;
  };

  // Rows 0 … 4 are the items' own, 5 and 6 the values of a field, 7 and 8 those of another. Item 3 lacks the first, item 1 the second, 4 both.
  const rows = [
    [0, 5, 7],
    [1, 6, NONE],
    [2, 5, 8],
    [3, NONE, 8],
    [4, NONE, NONE],
  ];
  const random = (length: number, seed: number): number[] => {
    const on = new Inputs(seed);
    const values = [...on.floats(length)];
    on.free();
    return values;
  };
  const tables = {
    inputs: random(9 * DIM, 1),
    outputs: random(5 * DIM, 2),
    attention: random(5 * 3, 3),
  };
  const sequences = [
    [0, 1, 2, 3, 4],
    [3, 1],
    [2, 2, 0, 4],
  ];

  test("what a small rate changes is the gradient of the loss: own rows, values, attention, targets", () => {
    for (const negatives of [3, 40])
      expectGradientSteps(
        (of, rate) =>
          run({
            sequences,
            rows,
            tables: of,
            weights: [1, 1, 1, 1, 1],
            negatives,
            window: 3,
            rate,
          }),
        tables,
      );
  });

  test("with equal weights, too", () => {
    const { attention: _none, ...rest } = tables;
    expectGradientSteps(
      (of, rate) =>
        run({
          sequences,
          rows,
          tables: of,
          weights: [1, 1, 1, 1, 1],
          negatives: 3,
          window: 3,
          rate,
        }),
      rest,
    );
  });

  test("a field that an item lacks has no weight and is not touched, however large its logit", () => {
    const huge = tables.attention.map((value, at) => (rows.flat()[at] === NONE ? 80 : value));
    const given = { sequences, rows, weights: [1, 1, 1, 1, 1], negatives: 3, rate: 0.5 };
    const [usual, other] = [tables.attention, huge].map((attention) =>
      run({ ...given, tables: { ...tables, attention } }),
    );
    expect(other.losses).toEqual(usual.losses);
    expect(other.tables.inputs).toEqual(usual.tables.inputs);
    other.tables.attention.forEach((value, at) => {
      if (rows.flat()[at] === NONE) expect(value).toBe(80);
      else if (at < 4 * 3) expect(value).not.toBe(tables.attention[at]);
      else expect(value).toBe(tables.attention[at]); // item 4 has one row, which has all the weight
    });
  });

  test("rows of values that no item of the sequences has stay as they are", () => {
    const { inputs } = run({
      sequences: [[3, 4]],
      rows,
      tables,
      weights: [0, 0, 1, 0, 0],
      rate: 0.5,
    }).tables;
    const isMoved = Array.from({ length: 9 }, (_, row) =>
      inputs
        .slice(row * DIM, (row + 1) * DIM)
        .some((value, d) => value !== tables.inputs[row * DIM + d]),
    );
    expect(isMoved).toEqual([false, false, false, true, true, false, false, false, true]);
  });

  test("the loss is that of the weighted mean with the targets, as computed by hand", () => {
    // Item 0 and its one context, item 1; then item 1 and item 0. The negative is always item 2.
    const { losses, pairs } = run({
      sequences: [[0, 1]],
      rows,
      tables,
      weights: [0, 0, 1],
      rate: 0,
    });
    const row = (table: readonly number[], n: number) => table.slice(n * DIM, (n + 1) * DIM);
    const mean = (item: number) => {
      const there = [0, 1, 2].filter((f) => rows[item][f] !== NONE);
      const exps = there.map((f) => Math.exp(tables.attention[item * 3 + f]));
      const total = exps.reduce((sum, value) => sum + value, 0);
      return Array.from({ length: DIM }, (_, d) =>
        there.reduce(
          (sum, f, n) => sum + (exps[n] / total) * row(tables.inputs, rows[item][f])[d],
          0,
        ),
      );
    };
    const score = (item: number, target: number) =>
      mean(item).reduce((sum, value, d) => sum + value * row(tables.outputs, target)[d], 0);
    const logistic = (x: number) => Math.log(1 + Math.exp(-x));
    const byHand =
      logistic(score(0, 1)) +
      logistic(-score(0, 2)) +
      logistic(score(1, 0)) +
      logistic(-score(1, 2));
    expect(losses[0]).toBeCloseTo(byHand, 5);
    expect(pairs).toEqual([2]);
  });

  test("each context has negatives of its own, by the weights of the table and never itself", () => {
    // Inputs of 0 with unit vectors for targets tell what they were trained with.
    const weights = [1, 2, 0, 4];
    const count = 4000;
    const outputs = new Array((4 + count) * DIM).fill(0);
    for (let n = 0; n < 4; n++) outputs[n * DIM + n] = 1;
    const rate = 2 ** -20;
    const { inputs } = run({
      sequences: Array.from({ length: count }, (_, n) => [1, 4 + n, 3]),
      rows: Array.from({ length: 4 + count }, (_, n) => [n]),
      tables: { inputs: new Array((4 + count) * DIM).fill(0), outputs },
      weights,
      negatives: 2,
      rate,
    }).tables;
    const counts = [0, 0, 0, 0];
    for (let n = 0; n < 4 * count; n++) {
      const times = Math.round(2 * (inputs[4 * DIM + n] / rate));
      counts[n % 4] -= times - (n % 4 === 1 || n % 4 === 3 ? 1 : 0);
    }
    // Two draws for context 1, which skip 1, and two for context 3, which skip 3.
    const draw = (n: number) => (2 * count * weights[n]) / 7;
    expectDrawn("negatives", [
      { count: counts[0], expected: 2 * draw(0) },
      { count: counts[1], expected: draw(1) },
      { count: counts[2], expected: 0 },
      { count: counts[3], expected: draw(3) },
    ]);
  });

  test("the span of a centre is uniform in 1 … window", () => {
    const [window, count] = [4, 2000];
    const { pairs } = run({
      sequences: Array.from({ length: count }, () => [0, 1, 2, 3, 4]),
      ...{ rows, weights: [1], window, rate: 0 },
      tables: { inputs: new Array(9 * DIM).fill(0), outputs: new Array(5 * DIM).fill(0) },
    });
    // Tokens 0 and 4 have s contexts each, 1 and 3 have 1 + min(s, 3), 2 has 2 · min(s, 2).
    const spans = [1, 2, 3, 4];
    const totals = new Array(20).fill(0);
    for (const a of spans)
      for (const b of spans)
        for (const c of spans)
          for (const d of spans)
            for (const e of spans)
              totals[a + b + 2 + Math.min(c, 3) + Math.min(d, 3) + 2 * Math.min(e, 2) - 1] += 1;
    const counts = new Array(20).fill(0);
    for (const total of pairs) counts[total - 1]++;
    expectDrawn("pairs of a sequence", cellsOf(counts, totals));
  });

  test("the rate falls with each token down to the least", () => {
    const rate = (of: number) => of / 8192;
    const { inputs } = run({
      sequences: [
        [0, 1],
        [0, 2],
        [0, 3],
        [0, 4],
      ],
      rows: [[0], [1], [2], [3], [4]],
      tables: {
        inputs: new Array(5 * DIM).fill(0),
        outputs: [1, 0, 0, 0, ...new Array(4 * DIM).fill(0)],
      },
      ...{ weights: [0, 0, 0, 0, 0, 1].slice(0, 5).with(4, 1), negatives: 0 },
      ...{ rate: rate(8), decay: rate(1), least: rate(3) },
    }).tables;
    expect([1, 2, 3, 4].map((item) => Math.round(2 * 8192 * inputs[item * DIM]))).toEqual([
      8, 6, 4, 3,
    ]);
  });
});
