import { heap, jsKernels, kernels, Rng, useBackend } from "@kith/core-tensors";
import type { Bench } from "../bench.ts";
import { type Contender, interleaved, type Timing } from "../measure.ts";
import { measurePeak } from "../peak.ts";

interface Case {
  readonly name: string;
  /** 10⁹ of them a second is the figure. */
  readonly unit: "flop" | "byte";
  readonly amount: number;
  readonly output: Float32Array;
  run(k: typeof jsKernels): void;
}

const TOLERANCE = 1e-4;

/** Each kernel: plain JavaScript, WebAssembly on one thread and on all, checked against the first before it is timed. */
export const kernelsBench: Bench = {
  name: "kernels",
  about:
    "each kernel as plain JavaScript, WebAssembly on one thread and on two, with its share of the machine's peak",
  async run({ log, flags }) {
    const many = Number(flags.threads ?? 2);
    await useBackend(); // which also lets Node 20 use relaxed SIMD
    const peak = await measurePeak();
    log(
      `one core: ${peak.gflops.toFixed(1)} GFLOP/s of 128-bit fused multiply-adds, ${peak.gigabytes.toFixed(1)} GB/s triad`,
    );
    const metrics: Record<string, unknown> = { peak };
    const rows: Record<string, string | number>[] = [];
    for (const test of cases()) {
      test.run(jsKernels);
      const expected = test.output.slice();
      const contenders: Contender[] = [1, many].map((threads) => ({
        name: `${threads}t`,
        prepare: () => useBackend({ threads }),
        run: () => test.run(kernels()),
      }));
      const timings = await interleaved(contenders, { rounds: 7, runs: 5, warmup: 3 });
      test.run(kernels());
      const error = largestError(test.output, expected);
      if (!(error < TOLERANCE))
        throw new Error(`${test.name}: differs from the reference by ${error}`);
      const reference = await interleaved([{ name: "js", run: () => test.run(jsKernels) }], {
        rounds: 1,
        runs: 3,
        warmup: 1,
      });
      const all: Record<string, Timing> = { ...reference, ...timings };
      const rate = test.amount / all["1t"].median / 1e6;
      const limit = test.unit === "flop" ? peak.gflops : peak.gigabytes;
      metrics[test.name] = {
        ...Object.fromEntries(
          Object.entries(all).map(([name, timing]) => [`${name}Ms`, round(timing.median)]),
        ),
        speedup: round(all["1t"].median / all[`${many}t`].median),
        [test.unit === "flop" ? "gflops" : "gigabytesPerSecond"]: round(rate),
        shareOfPeak: round(rate / limit),
        largestError: error,
      };
      rows.push({
        kernel: test.name,
        "JavaScript ms": round(all.js.median),
        "1 thread ms": round(all["1t"].median),
        [`${many} threads ms`]: round(all[`${many}t`].median),
        "threads ×": round(all["1t"].median / all[`${many}t`].median),
        "1 thread": `${round(rate)} ${test.unit === "flop" ? "GFLOP/s" : "GB/s"}`,
        "of peak": `${Math.round((100 * rate) / limit)} %`,
      });
      log(JSON.stringify(rows[rows.length - 1]));
    }
    return { metrics, rows };
  },
};

function* cases(): Generator<Case> {
  const rng = new Rng(1);
  const noise = () => rng.next() * 2 - 1;
  const released: number[] = [];
  const floats = (n: number, fill: () => number = () => 0): Float32Array => {
    const at = heap().allocate(n * 4);
    released.push(at);
    const view = heap().float32(at, n);
    for (let i = 0; i < n; i++) view[i] = fill();
    return view;
  };
  const integers = (n: number, fill: (i: number) => number = () => 0): Uint32Array => {
    const at = heap().allocate(n * 4);
    released.push(at);
    const view = heap().uint32(at, n);
    for (let i = 0; i < n; i++) view[i] = fill(i);
    return view;
  };
  const done = () => {
    for (const at of released.splice(0)) heap().free(at);
  };

  for (const [m, n, k, transposeA, transposeB] of [
    [512, 512, 512, false, false],
    [2048, 128, 128, false, false],
    [512, 512, 512, true, false],
    [512, 20_000, 64, false, true],
  ] as const) {
    const [a, b, output] = [floats(m * k, noise), floats(k * n, noise), floats(m * n)];
    yield {
      name: `gemm ${m}×${k}×${n} ${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`,
      unit: "flop",
      amount: 2 * m * n * k,
      output,
      run: (kernels) => kernels.gemm(output, a, b, { m, n, k, transposeA, transposeB }),
    };
    done();
  }

  {
    const [nodes, entries, dim] = [50_000, 1_000_000, 64];
    const counts = new Uint32Array(nodes);
    for (let e = 0; e < entries; e++) counts[rng.below(nodes)]++;
    const offsets = integers(nodes + 1);
    for (let i = 0; i < nodes; i++) offsets[i + 1] = offsets[i] + counts[i];
    const indices = integers(entries, () => rng.below(nodes));
    const csr = { rows: nodes, columns: nodes, offsets, indices, values: floats(entries, noise) };
    const [x, output] = [floats(nodes * dim, noise), floats(nodes * dim)];
    yield {
      name: "spmm 50k rows, 1M entries, d 64",
      unit: "byte",
      amount: entries * (dim * 4 + 8) + nodes * dim * 4,
      output,
      run: (kernels) => kernels.spmm(output, csr, x, dim),
    };
    done();
  }
  {
    const [x, output] = [floats(512 * 20_000, () => noise() * 4), floats(512 * 20_000)];
    yield {
      name: "softmax 512×20k",
      unit: "byte",
      amount: 16 * x.length,
      output,
      run: (kernels) => kernels.softmax(output, x, 20_000),
    };
    done();
  }
  {
    const n = 5_000_000;
    const [output, m, v, g] = [floats(n, noise), floats(n), floats(n), floats(n, noise)];
    // A rate of 0 makes every run the same work on the same numbers.
    const step = { rate: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    yield {
      name: "adam 5M",
      unit: "byte",
      amount: 28 * n,
      output,
      run: (kernels) => kernels.adam(output, m, v, g, step),
    };
    done();
  }
  {
    const [users, items, dim, k] = [480, 41_000, 64, 20];
    const [queries, table] = [floats(users * dim, noise), floats(items * dim, noise)];
    const mask = { offsets: integers(users + 1), items: integers(1) };
    const [best, output] = [integers(users * k), floats(users * k)];
    yield {
      name: "score + top-20, 480 users × 41k items, d 64",
      unit: "flop",
      amount: 2 * users * items * dim,
      output,
      run: (kernels) => kernels.scoreTopK(best, output, queries, table, dim, mask, k),
    };
    done();
  }
}

function largestError(got: Float32Array, expected: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < got.length; i++)
    worst = Math.max(worst, Math.abs(got[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  return worst;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
