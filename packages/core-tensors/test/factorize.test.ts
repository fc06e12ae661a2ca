import { heap } from "../src/heap.ts";
import { jsKernels } from "../src/kernels/js.ts";
import { wasmKernels } from "../src/kernels/wasm.ts";
import { aliasTable } from "./support/alias-table.ts";
import { cellsOf, expectDrawn } from "./support/chance.ts";
import { expectGradientSteps, type Tables } from "./support/gradient.ts";
import { Inputs } from "./support/work.ts";

const made = wasmKernels({ heap: heap(), threads: 1, relaxed: true });
afterAll(() => made.threads.close());

const DIM = 4;

interface Case {
  readonly pairs: readonly (readonly [left: number, right: number])[];
  /** `left`, and `right` unless both are one table; both biases or none. */
  readonly tables: Tables;
  readonly pairWeights?: readonly number[];
  /** What negatives are drawn by. */
  readonly weights: readonly number[];
  readonly negatives?: number;
  readonly rate?: number;
  readonly fall?: number;
  readonly least?: number;
  readonly decay?: number;
}

describe.each([
  ["js", jsKernels],
  ["wasm", made.kernels],
] as const)("%s", (_, kernels) => {
  const run = (given: Case) => {
    const {
      pairs,
      tables,
      weights,
      pairWeights,
      negatives = 1,
      rate = 2 ** -10,
      fall = 0,
      least = -1,
      decay = 0,
    } = given;
    const on = new Inputs(1);
    const left = on.numbers(tables.left);
    const right = tables.right ? on.numbers(tables.right) : left;
    const biases = tables.leftBias && {
      leftBias: on.numbers(tables.leftBias),
      rightBias: on.numbers(tables.rightBias),
    };
    const { thresholds, aliases } = aliasTable(weights);
    const losses = on.doubles(pairs.length);
    kernels.factorize(
      losses,
      { left, right, dim: DIM, ...biases },
      {
        left: on.copy(pairs.map(([a]) => a)),
        right: on.copy(pairs.map(([, b]) => b)),
        weights: pairWeights && on.numbers(pairWeights),
      },
      { count: negatives, thresholds: on.copy(thresholds), aliases: on.copy(aliases) },
      { rate, fall, least, decay, deterministic: true },
      [6, 2],
      0,
    );
    const result = {
      tables: {
        left: [...left],
        ...(tables.right && { right: [...right] }),
        ...(biases && { leftBias: [...biases.leftBias], rightBias: [...biases.rightBias] }),
      } as Tables,
      losses: [...losses],
      loss: losses.reduce((sum, loss) => sum + loss, 0),
    };
    on.free();
    return result;
  };

  const random = (length: number, seed: number): number[] => {
    const on = new Inputs(seed);
    const values = [...on.floats(length)];
    on.free();
    return values;
  };
  const pairs = [
    [0, 1],
    [2, 0],
    [2, 3],
    [1, 1],
    [0, 3],
  ] as const;
  const weights = [1, 2, 1, 3];
  const [left, right] = [random(4 * DIM, 1), random(4 * DIM, 2)];
  const biases = { leftBias: random(4, 3), rightBias: random(4, 4) };

  test("what a small rate changes is the gradient of the loss", () => {
    for (const tables of [{ left, right, ...biases }, { left, right }, { left }])
      expectGradientSteps(
        (of, rate) => run({ pairs, tables: of, weights, negatives: 4, rate }),
        tables,
      );
  });

  test("a pair of weight 2 takes a step of twice the rate, and its loss does not change", () => {
    const given = {
      pairs: [[0, 1]],
      tables: { left, right, ...biases },
      weights,
      negatives: 4,
    } as const;
    const twice = run({ ...given, pairWeights: [2], rate: 0.25 });
    expect(twice).toEqual(run({ ...given, pairWeights: [1], rate: 0.5 }));
    expect(twice).toEqual(run({ ...given, rate: 0.5 }));
    expect(run({ ...given, pairWeights: [0], rate: 0.5 }).tables).toEqual(
      run({ ...given, rate: 0 }).tables,
    );
  });

  test("a step is that of the logistic loss with biases, as computed by hand", () => {
    // Pair (0, 1); the only negative is item 2, twice.
    const rate = 0.5;
    const { losses, tables } = run({
      ...{ pairs: [[0, 1]], weights: [0, 0, 1], negatives: 2, rate },
      tables: { left, right, ...biases },
    });
    const row = (table: readonly number[], n: number) => table.slice(n * DIM, (n + 1) * DIM);
    const x = row(left, 0);
    const score = (item: number) =>
      row(right, item).reduce(
        (sum, value, d) => sum + value * x[d],
        biases.leftBias[0] + biases.rightBias[item],
      );
    const sigma = (value: number) => 1 / (1 + Math.exp(-value));
    const [up, down] = [rate * (1 - sigma(score(1))), -2 * rate * sigma(score(2))];
    expect(losses[0]).toBeCloseTo(-Math.log(sigma(score(1))) - 2 * Math.log(sigma(-score(2))), 5);
    for (let d = 0; d < DIM; d++) {
      expect(tables.left[d]).toBeCloseTo(x[d] + up * row(right, 1)[d] + down * row(right, 2)[d], 5);
      expect(tables.right[DIM + d]).toBeCloseTo(row(right, 1)[d] + up * x[d], 5);
      expect(tables.right[2 * DIM + d]).toBeCloseTo(row(right, 2)[d] + down * x[d], 5);
    }
    expect(tables.leftBias[0]).toBeCloseTo(biases.leftBias[0] + up + down, 5);
    expect(tables.rightBias[1]).toBeCloseTo(biases.rightBias[1] + up, 5);
    expect(tables.rightBias[2]).toBeCloseTo(biases.rightBias[2] + down, 5);
    expect(tables.left.slice(DIM)).toEqual(left.slice(DIM));
    expect(tables.right.slice(3 * DIM)).toEqual(right.slice(3 * DIM));
  });

  test("each row and bias of a pair shrinks by the decay, once where it is once", () => {
    // Scores beyond 6 have no gradient where the label is right, so that what is left is the decay.
    const far = [9, 0, 0, 0];
    const { tables } = run({
      ...{ pairs: [[0, 0]], weights: [0, 1], rate: 0.5, decay: 0.25 },
      tables: {
        left: [...far, ...far],
        right: [1, 2, 0, 0, -1, 0, 4, 0, 5, 5, 5, 5],
        leftBias: [1, 1],
        rightBias: [0.5, -2, 3],
      },
    });
    const kept = 1 - 0.5 * 0.25;
    expect(tables.left).toEqual([9 * kept, 0, 0, 0, ...far]);
    expect(tables.right).toEqual([kept, 2 * kept, 0, 0, -kept, 0, 4 * kept, 0, 5, 5, 5, 5]);
    expect(tables.leftBias).toEqual([kept, 1]);
    expect(tables.rightBias).toEqual([0.5 * kept, -2 * kept, 3]);
  });

  test("negatives come by the weights of the table, and the target is never one", () => {
    const count = 4000;
    const rate = 2 ** -20;
    const { left: trained } = run({
      pairs: Array.from({ length: count }, (_, n) => [n, 1]),
      tables: {
        left: new Array(count * DIM).fill(0),
        right: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      },
      ...{ weights, negatives: 3, rate },
    }).tables;
    const counts = [0, 0, 0, 0];
    for (const [n, value] of trained.entries()) counts[n % 4] -= Math.round(2 * (value / rate));
    expect(counts[1]).toBe(-count); // as the target, once each
    counts[1] = 3 * count - counts[0] - counts[2] - counts[3];
    expectDrawn("negatives", cellsOf(counts, weights));
  });

  test("the rate falls with each pair down to the least", () => {
    const rate = (of: number) => of / 8192;
    const { left: trained } = run({
      pairs: [
        [0, 0],
        [1, 0],
        [2, 0],
        [3, 0],
      ],
      tables: { left: new Array(4 * DIM).fill(0), right: [1, 0, 0, 0] },
      ...{ weights: [1], rate: rate(8), fall: rate(2), least: rate(3) },
    }).tables;
    expect([0, 1, 2, 3].map((n) => 2 * 8192 * trained[n * DIM])).toEqual([8, 6, 4, 3]);
  });
});
