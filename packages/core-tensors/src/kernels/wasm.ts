import { BackendError } from "../errors.ts";
import type { Heap } from "../heap.ts";
import { jsKernels } from "./js.ts";
import {
  ACTIVATIONS,
  type Kernels,
  keepBelow,
  RANKING_LOSSES,
  SWEEP_TILE,
  USER_LOSSES,
} from "./kernels.ts";
import { builtin, Threads } from "./threads.ts";
import { relaxedSimdBinary, simdBinary } from "./wasm-binary.generated.ts";

const SCRATCH_BYTES = 1 << 21; // gemm's packed blocks are the largest user, with 1.2 MB
const LARGEST_TOP_K_DIM = 10_000; // 48 queries and their scores have to fit the scratch memory
const WORTH_WAKING = 2 ** 23; // multiply-adds: a server's threads sleep between requests, and now and then one takes 2 ms to wake
const WORTH_A_THREAD = 40_000; // multiply-adds: below that, waking a thread costs more than it saves

export interface WasmOptions {
  heap: Heap;
  threads: number;
  /** Use relaxed SIMD (fused multiply-add) if the engine has it. */
  relaxed: boolean;
  workerUrl?: string | undefined;
}

export interface WasmKernels {
  readonly kernels: Kernels;
  readonly threads: Threads;
  readonly relaxed: boolean;
}

/**
 * The kernels compiled from assembly/, on threads where the heap is shared. Rows are split so that no result depends on how many
 * threads there are.
 * @throws BackendError when the engine has no WebAssembly SIMD
 */
export function wasmKernels({
  heap,
  threads: wanted,
  relaxed: mayRelax,
  workerUrl,
}: WasmOptions): WasmKernels {
  const { module, relaxed } = compile(heap.shared, mayRelax);
  const abort = () => {
    throw new BackendError("wasm kernels: abort");
  };
  const imports = { env: { memory: heap.memory, abort } };
  const exported = new WebAssembly.Instance(module, imports).exports;
  const functions = Object.fromEntries(
    Object.entries(exported).filter(([, value]) => typeof value === "function"),
  ) as Record<string, (...args: number[]) => undefined>;
  const threads = new Threads({
    heap,
    module,
    kernels: functions,
    threads: wanted,
    scratchBytes: SCRATCH_BYTES,
    workerUrl,
  });

  const at = (view: ArrayBufferView): number => heap.addressOf(view);
  const optional = (view: ArrayBufferView | undefined): number => (view ? at(view) : 0);

  /** Splits `count` rows evenly where the work is worth it; cuts fall on multiples of `grain`. */
  const run = (
    name: string,
    count: number,
    work: number,
    grain: number,
    ...args: number[]
  ): void => {
    const parts = partsFor(count, work, grain);
    const cuts = [0];
    for (let t = 1; t < parts; t++)
      cuts.push(Math.min(count, Math.round((count * t) / parts / grain) * grain));
    cuts.push(count);
    threads.run(name, cuts, ...args);
  };
  const partsFor = (count: number, work: number, grain: number): number => {
    if (work < 2 * WORTH_A_THREAD) return 1;
    threads.start();
    return Math.max(
      1,
      Math.min(threads.count, Math.floor(work / WORTH_A_THREAD), Math.ceil(count / grain)),
    );
  };
  /** Splits rows so that each part has as many entries as the others. */
  const overEntries = (
    name: string,
    offsets: Uint32Array,
    work: number,
    args: readonly number[],
  ): void => {
    const parts = partsFor(offsets.length - 1, work, 1);
    threads.run(name, evenCuts(offsets, parts), ...args);
  };
  const elementwise = (name: string, length: number, cost: number, ...args: number[]): void =>
    run(name, length, length * cost, 16, ...args);

  const kernels: Kernels = {
    ...jsKernels,

    gemm(c, a, b, { m, n, k, transposeA, transposeB, accumulate }) {
      const byColumns = n > m;
      run(
        "gemm",
        byColumns ? n : m,
        m * n * Math.max(1, k),
        byColumns ? 8 : 6,
        byColumns ? 1 : 0,
        m,
        n,
        k,
        at(a),
        transposeA ? 1 : k,
        transposeA ? m : 1,
        at(b),
        transposeB ? 1 : n,
        transposeB ? k : 1,
        at(c),
        accumulate ? 1 : 0,
      );
    },

    spmm(y, { offsets, indices, values }, x, dim) {
      const args = [at(offsets), at(indices), at(values), at(x), dim, at(y)];
      overEntries("spmm", offsets, indices.length * dim, args);
    },
    spmmRows(y, a, x, dim, rows) {
      const ends = new Uint32Array(rows.length + 1);
      const { offsets } = a; // once: a SparseMatrix makes a new view at each access
      for (let r = 0; r < rows.length; r++)
        ends[r + 1] = ends[r] + 1 + offsets[rows[r] + 1] - offsets[rows[r]];
      const parts = partsFor(rows.length, ends[rows.length] * dim, 1);
      threads.run(
        "spmmRows",
        evenCuts(ends, parts),
        at(a.offsets),
        at(a.indices),
        at(a.values),
        at(x),
        dim,
        at(rows),
        at(y),
      );
    },
    spmmFromRows(y, { offsets, indices, values }, x, dim, position) {
      const args = [at(offsets), at(indices), at(values), at(x), dim, at(position), at(y)];
      overEntries("spmmFromRows", offsets, indices.length * dim, args);
    },

    spmmHeads(y, a, weights, x, dim, heads, order) {
      const { offsets, indices } = a; // once: a SparseMatrix makes a new view at each access
      const from = [at(offsets), at(indices), at(weights), optional(order)];
      overEntries("spmmHeads", offsets, indices.length * dim, [...from, at(x), dim, heads, at(y)]);
    },
    edgeDots(y, { offsets, indices }, targets, sources, dim, heads) {
      const args = [at(offsets), at(indices), at(targets), at(sources), dim, heads, at(y)];
      overEntries("edgeDots", offsets, indices.length * dim, args);
    },
    edgeSums(y, { offsets, indices }, targets, sources, width) {
      const args = [at(offsets), at(indices), at(targets), at(sources), width, at(y)];
      overEntries("edgeSums", offsets, indices.length * width, args);
    },
    segmentSum(y, offsets, x, width, order) {
      const args = [at(offsets), at(x), width, optional(order), at(y)];
      overEntries("segmentSum", offsets, x.length, args);
    },
    segmentSoftmax(y, offsets, x, heads) {
      overEntries("segmentSoftmax", offsets, x.length * 4, [at(offsets), at(x), heads, at(y)]);
    },
    segmentSoftmaxBackward(dx, offsets, y, dy, heads) {
      const args = [at(offsets), at(y), at(dy), heads, at(dx)];
      overEntries("segmentSoftmaxBackward", offsets, y.length * 2, args);
    },
    neighbourMax(y, from, { offsets, indices }, x, dim) {
      const args = [at(offsets), at(indices), at(x), dim, at(y), at(from)];
      overEntries("neighbourMax", offsets, indices.length * dim, args);
    },
    scatterAddFrom(y, x, from, dim) {
      run("scatterAddFrom", dim, x.length, 16, rowsOf(x, dim), at(x), at(from), dim, at(y));
    },
    sampleNeighbours(out, { offsets, indices }, nodes, fanOut, [k0, k1], first) {
      const args = [k0, k1, first, at(offsets), at(indices), at(nodes), fanOut, at(out)];
      run("sampleNeighbours", nodes.length, out.length * 20, 1, ...args);
    },

    addBias(y, x, b) {
      run("addBias", rowsOf(y, b.length), y.length, 1, at(x), at(b), b.length, at(y));
    },
    columnSums(y, x) {
      const columns = y.length;
      run("columnSums", columns, x.length, 16, rowsOf(x, columns), at(x), columns, at(y));
    },
    copyColumns(y, yColumns, yBegin, x, xColumns, xBegin, width) {
      const rows = rowsOf(y, yColumns);
      const [from, to] = [at(x) + xBegin * 4, at(y) + yBegin * 4];
      run("copyColumns", rows, rows * width, 1, from, xColumns, to, yColumns, width);
    },

    gatherRows(y, x, ids, dim) {
      run("gatherRows", ids.length, y.length, 1, at(x), at(ids), dim, at(y));
    },
    scatterAddRows(y, x, ids, dim) {
      run("scatterAddRows", dim, x.length, 16, ids.length, at(x), at(ids), dim, at(y));
    },
    rowDot(y, a, b, dim) {
      run("rowDot", y.length, a.length, 1, at(a), at(b), dim, at(y));
    },
    addScaledRows(y, s, x, dim) {
      run("addScaledRows", s.length, x.length, 1, at(s), at(x), dim, at(y));
    },
    normalizeRows(y, norms, x, dim) {
      run("normalizeRows", norms.length, x.length, 1, at(x), dim, at(y), at(norms));
    },
    layerNorm(y, unit, inverses, x, gain, bias, epsilon) {
      const from = [at(x), at(gain), at(bias), epsilon, gain.length];
      run("layerNorm", inverses.length, 2 * x.length, 1, ...from, at(unit), at(inverses), at(y));
    },
    layerNormBackward(dx, unit, inverses, gain, dy) {
      const from = [at(unit), at(inverses), at(gain), at(dy), gain.length];
      run("layerNormBackward", inverses.length, 2 * dx.length, 1, ...from, at(dx));
    },
    normalizeRowsBackward(dx, y, norms, dy, dim) {
      run(
        "normalizeRowsBackward",
        norms.length,
        dx.length,
        1,
        at(y),
        at(norms),
        at(dy),
        dim,
        at(dx),
      );
    },

    combine(y, alpha, a, beta, b) {
      elementwise("combine", y.length, 1, alpha, at(a), beta, at(b), at(y));
    },
    scale(y, alpha, x) {
      elementwise("scale", y.length, 1, alpha, at(x), at(y));
    },
    multiply(y, a, b) {
      elementwise("multiply", y.length, 1, at(a), at(b), at(y));
    },
    activate(y, f, slope, x) {
      elementwise("activate", y.length, 4, ACTIVATIONS.indexOf(f), slope, at(x), at(y));
    },
    activateBackward(dx, f, slope, x, y, dy) {
      elementwise(
        "activateBackward",
        dx.length,
        4,
        ACTIVATIONS.indexOf(f),
        slope,
        at(x),
        at(y),
        at(dy),
        at(dx),
      );
    },
    dropout(y, x, keep, [k0, k1]) {
      elementwise("dropout", y.length, 4, k0, k1, keepBelow(keep), 1 / keep, at(x), at(y));
    },
    perturbRows(y, x, dim, epsilon, [k0, k1]) {
      run("perturbRows", rowsOf(y, dim), y.length * 8, 1, k0, k1, epsilon, at(x), dim, at(y));
    },

    softmax(y, x, columns) {
      run("softmax", rowsOf(x, columns), x.length * 4, 1, columns, at(x), at(y));
    },
    logSoftmax(y, x, columns) {
      run("logSoftmax", rowsOf(x, columns), x.length * 4, 1, columns, at(x), at(y));
    },
    softmaxCrossEntropy(losses, x, columns, targets, scale, bias, epsilon) {
      const args = [columns, at(x), optional(bias), at(targets), scale, epsilon, at(losses)];
      run("softmaxCrossEntropy", targets.length, x.length * 4, 1, ...args);
    },
    multinomialCrossEntropy(losses, x, { columns, offsets, indices, values }, bias, scale) {
      const args = [columns, at(x), at(bias), at(offsets), at(indices), at(values), scale];
      run("multinomialCrossEntropy", losses.length, x.length * 4, 1, ...args, at(losses));
    },

    adam(p, m, v, g, { rate, beta1, beta2, epsilon }) {
      elementwise("adam", p.length, 4, rate, beta1, beta2, epsilon, at(g), at(m), at(v), at(p));
    },
    adamRows(p, m, v, g, { rate, beta1, beta2, epsilon }, ids, dim) {
      const args = [rate, beta1, beta2, epsilon, dim, at(ids), at(g), at(m), at(v), at(p)];
      run("adamRows", ids.length, g.length * 4, 1, ...args);
    },
    adagrad(p, s, v, g, { rate, momentum, epsilon }) {
      elementwise(
        "adagrad",
        p.length,
        4,
        rate,
        momentum,
        epsilon,
        at(g),
        at(s),
        optional(v),
        at(p),
      );
    },
    adagradRows(p, s, v, g, { rate, momentum, epsilon }, ids, dim) {
      const args = [rate, momentum, epsilon, dim, at(ids), at(g), at(s), optional(v), at(p)];
      run("adagradRows", ids.length, g.length * 4, 1, ...args);
    },

    rankingLoss(losses, dx, x, columns, { loss, penalty, scale }) {
      const args = [RANKING_LOSSES.indexOf(loss), columns, penalty, scale, at(x), at(dx)];
      run("rankingLoss", losses.length, x.length * 16, 1, ...args, at(losses));
    },
    rankCounts(above, equal, x, columns, targets) {
      const args = [columns, at(x), at(targets), at(above), at(equal)];
      run("rankCounts", targets.length, x.length, 1, ...args);
    },

    gruGates(gates, reset, x, u, state, width) {
      const args = [width, at(x), at(u), at(state), at(gates), at(reset)];
      run("gruGates", rowsOf(state, width), x.length * 4, 1, ...args);
    },
    gruState(y, candidate, x, c, gates, state, width) {
      const args = [width, at(x), at(c), at(gates), at(state), at(candidate), at(y)];
      run("gruState", rowsOf(state, width), y.length * 8, 1, ...args);
    },
    gruStateBackward(dx, dstate, dy, gates, state, candidate, width) {
      const args = [width, at(dy), at(gates), at(state), at(candidate), at(dx), at(dstate)];
      run("gruStateBackward", rowsOf(state, width), dy.length * 2, 1, ...args);
    },
    gruGatesBackward(dx, dstate, dreset, gates, state, width) {
      const args = [width, at(dreset), at(gates), at(state), at(dx), at(dstate)];
      run("gruGatesBackward", rowsOf(state, width), dreset.length, 1, ...args);
    },

    gruAfter(y, gates, candidate, x, u, state, width) {
      const args = [width, at(x), at(u), at(state), at(gates), at(candidate), at(y)];
      run("gruAfter", rowsOf(state, width), y.length * 16, 1, ...args);
    },
    gruAfterBackward(dx, du, dstate, dy, u, state, gates, candidate, width) {
      const from = [at(dy), at(u), at(state), at(gates), at(candidate)];
      const to = [at(dx), at(du), at(dstate)];
      run("gruAfterBackward", rowsOf(state, width), dy.length * 4, 1, width, ...from, ...to);
    },

    sampleTriples(out, source, [k0, k1]) {
      const { users, offsets, items, itemCount } = source;
      const triples = out.users.length;
      const from = [users.length, at(users), at(offsets), at(items), itemCount];
      const to = [at(out.users), at(out.liked), at(out.unseen)];
      run("sampleTriples", triples, triples * 100, 1, k0, k1, ...from, ...to);
    },

    scoreTopK(outItems, outScores, queries, items, dim, mask, k) {
      if (k === 0) return;
      if (dim > LARGEST_TOP_K_DIM)
        return jsKernels.scoreTopK(outItems, outScores, queries, items, dim, mask, k);
      const rows = rowsOf(queries, dim);
      const columns = rowsOf(items, dim);
      const panels = Math.ceil(columns / 8);
      const itemsAt = at(items);
      // Addresses before the allocation: when it grows an unshared heap, the views are gone.
      const args = [at(mask.offsets), at(mask.items), k, at(outItems), at(outScores)];
      const queriesAt = at(queries);
      const work = items.length;
      if (rows === 1) {
        const scores = heap.allocate(columns * 4);
        try {
          const shared = work < WORTH_WAKING ? 0 : work;
          run("scoreOne", columns, shared, 4, queriesAt, dim, itemsAt, columns, scores);
          run("topK", 1, columns, 1, scores, columns, ...args);
        } finally {
          heap.free(scores);
        }
        return;
      }
      const packed = heap.allocate(panels * 8 * dim * 4);
      try {
        run("packItems", panels, work, 1, columns, dim, itemsAt, packed);
        run("scoreTopK", rows, rows * work, 48, queriesAt, dim, packed, columns, ...args);
      } finally {
        heap.free(packed);
      }
    },
    walks(out, graph, starts, { length, restart, p, q }, [k0, k1], first) {
      const secondOrder = p === 1 && q === 1 ? 0 : 1;
      const work = starts.length * length * 100;
      const from = [at(starts), at(graph.offsets), at(graph.entries), graph.weighted ? 4 : 2];
      const rules = [length, restart, secondOrder, 1 / p, 1 / q];
      run(
        "walks",
        starts.length,
        work,
        1,
        k0,
        k1,
        first,
        ...from,
        ...rules,
        at(out.tokens),
        at(out.lengths),
      );
    },
    skipGram(out, { inputs, outputs, dim }, chunk, negatives, rules, [k0, k1], first) {
      const { tokens, offsets, globals } = chunk;
      const { groups } = negatives;
      const work = tokens.length * rules.window * dim * 20;
      const parts = rules.deterministic ? 1 : partsFor(offsets.length - 1, work, 1);
      threads.run(
        rules.mode === "shared" ? "sharedSkipGram" : "skipGram",
        evenCuts(offsets, parts),
        ...[k0, k1, first, at(tokens), at(offsets), optional(globals), optional(rules.keep)],
        ...[negatives.thresholds.length, at(negatives.thresholds), at(negatives.aliases)],
        ...[optional(groups?.of), optional(groups?.offsets), optional(groups?.items)],
        ...[at(inputs), at(outputs), dim, rules.window, negatives.count, groups?.count ?? 0],
        ...[rules.mode === "cbow" ? 1 : 0, rules.rate, rules.decay, rules.least],
        ...[at(out.losses), at(out.pairs)],
      );
    },
    eges(out, { inputs, outputs, dim }, side, chunk, negatives, rules, [k0, k1], first) {
      const { tokens, offsets } = chunk;
      const work = tokens.length * rules.window * dim * 20;
      const parts = rules.deterministic ? 1 : partsFor(offsets.length - 1, work, 1);
      threads.run(
        "eges",
        evenCuts(offsets, parts),
        ...[k0, k1, first, at(tokens), at(offsets)],
        ...[negatives.thresholds.length, at(negatives.thresholds), at(negatives.aliases)],
        ...[at(side.rows), side.fields, optional(side.attention)],
        ...[at(inputs), at(outputs), dim, rules.window, negatives.count],
        ...[rules.rate, rules.decay, rules.least, at(out.losses), at(out.pairs)],
      );
    },
    factorize(losses, factors, pairs, negatives, rules, [k0, k1], first) {
      const { left, right, leftBias, rightBias, dim } = factors;
      const count = pairs.left.length;
      const work = rules.deterministic ? 0 : count * dim * 20;
      run(
        "factorize",
        ...[count, work, 1, k0, k1, first, at(pairs.left), at(pairs.right)],
        ...[optional(pairs.weights), negatives.thresholds.length],
        ...[at(negatives.thresholds), at(negatives.aliases)],
        ...[at(left), at(right), optional(leftBias), optional(rightBias), dim, negatives.count],
        ...[rules.rate, rules.fall, rules.least, rules.decay, at(losses)],
      );
    },
    userFactors(losses, { left, right, leftBias, rightBias, dim }, pairs, rules, [k0, k1], first) {
      const { users, items, values, seen, itemCount } = pairs;
      const { loss, negatives, mean, rate, decay, frozen, deterministic } = rules;
      const work = deterministic ? 0 : losses.length * (negatives + 1) * dim * 6;
      run(
        "userFactors",
        ...[losses.length, work, 1, k0, k1, first, users.length, at(users), at(items)],
        ...[optional(values), at(seen.offsets), at(seen.items), itemCount],
        ...[at(left), at(right), optional(leftBias), optional(rightBias), dim],
        ...[USER_LOSSES.indexOf(loss), negatives, mean, rate, decay, Number(frozen), at(losses)],
        Math.min(32, Math.floor(SCRATCH_BYTES / (16 + 4 * Math.max(1, negatives)))),
      );
    },
    als(losses, x, { offsets, indices, values }, y, gram, penalties, dim, steps) {
      // What a row costs beside its entries: products with gram, or the factorisation.
      const own = steps > 0 ? dim / 2 : (dim * dim) / 6;
      const ends = new Uint32Array(offsets.length);
      for (let i = 0; i < ends.length; i++) ends[i] = offsets[i] - offsets[0] + i * own;
      const work = ends[ends.length - 1] * dim * (steps > 0 ? 2 * steps : dim);
      const cuts = evenCuts(ends, partsFor(losses.length, work, 1));
      const from = [at(offsets), at(indices), at(values), at(y), at(gram), at(penalties), dim];
      const to = [at(x), at(losses)];
      if (steps > 0) threads.run("als", cuts, ...from, steps, ...to);
      else threads.run("alsCholesky", cuts, ...from, ...to);
    },
    sweepPanels(tiles, left, right, pivot, inverse) {
      const args = [at(tiles), pivot, at(inverse), at(left), at(right)];
      run("sweepPanels", left.length / SWEEP_TILE ** 2, left.length * SWEEP_TILE, 1, ...args);
    },
    sweepTiles(tiles, left, right, pivot, first, count) {
      const args = [at(tiles), pivot, at(left), at(right), first];
      run("sweepTiles", count, count * SWEEP_TILE ** 3, 1, ...args);
    },
    ncf(losses, { users, items, dim, layers }, state, pairs, rules, [k0, k1], first) {
      const { batchSize, negatives, separate, adam, learningRate, beta1, beta2, epsilon } = rules;
      threads.run(
        "ncf",
        [0, losses.length],
        ...[k0, k1, first, at(state.theta), at(state.m), at(state.v), at(state.last)],
        ...[at(state.gradient), at(state.work), users, items, dim, at(layers), layers.length],
        ...[pairs.pairUsers.length, at(pairs.pairUsers), at(pairs.pairItems)],
        ...[at(pairs.offsets), at(pairs.items), negatives, batchSize, separate ? 1 : 0],
        ...[adam ? 1 : 0, learningRate, beta1, beta2, epsilon, rules.before, at(losses)],
      );
    },
    topK(outItems, outScores, scores, columns, mask, k) {
      if (k === 0) return;
      const to = [at(mask.offsets), at(mask.items), k, at(outItems), at(outScores)];
      run("topK", outItems.length / k, scores.length, 1, at(scores), columns, ...to);
    },
  };
  return { kernels, threads, relaxed };
}

function rowsOf(matrix: Float32Array, columns: number): number {
  return columns === 0 ? 0 : matrix.length / columns;
}

/** Cuts of rows 0 … n where `ends` (n + 1 ascending numbers) is the work before each row. */
function evenCuts(ends: Uint32Array, parts: number): number[] {
  const rows = ends.length - 1;
  const cuts = [0];
  for (let t = 1; t < parts; t++) {
    const goal = (ends[rows] * t) / parts;
    let [lo, hi] = [cuts[t - 1], rows];
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if (ends[mid] < goal) lo = mid + 1;
      else hi = mid;
    }
    cuts.push(lo);
  }
  cuts.push(rows);
  return cuts;
}

interface Compiled {
  readonly module: WebAssembly.Module;
  readonly relaxed: boolean;
}

// Kept, so that choosing a backend again does not begin with cold code.
const compiled = new Map<boolean, Compiled>();

function compile(shared: boolean, mayRelax: boolean): Compiled {
  if (mayRelax) allowRelaxedSimd();
  for (const relaxed of mayRelax ? [true, false] : [false]) {
    const known = compiled.get(relaxed);
    if (known) return known;
    const bytes = binary(relaxed ? relaxedSimdBinary : simdBinary, shared);
    if (!WebAssembly.validate(bytes)) continue;
    const made = { module: new WebAssembly.Module(bytes), relaxed };
    compiled.set(relaxed, made);
    return made;
  }
  throw new BackendError("wasm kernels: this engine has no WebAssembly SIMD; use the js backend");
}

let relaxedAllowed = false;

/** Node before 22 has relaxed SIMD behind a flag of V8, which may be set until the first module that needs it. */
function allowRelaxedSimd(): void {
  if (relaxedAllowed) return;
  relaxedAllowed = true;
  const major = Number(globalThis.process?.versions?.node?.split(".")[0]);
  if (major < 22)
    builtin<typeof import("node:v8")>("node:v8")?.setFlagsFromString(
      "--experimental-wasm-relaxed-simd",
    );
}

function binary(base64: string, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (!shared) importUnshared(bytes);
  return bytes;
}

/**
 * The binaries import a shared memory; without cross-origin isolation there is only the unshared kind, which differs by one
 * flag of the import: `"env" "memory"`, kind 2 (memory), then the flags of its limits, 3 = shared with a maximum.
 */
function importUnshared(bytes: Uint8Array): void {
  const pattern = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3];
  for (let i = 0; i < bytes.length - pattern.length; i++) {
    if (pattern.every((byte, j) => bytes[i + j] === byte)) {
      bytes[i + pattern.length - 1] = 1;
      return;
    }
  }
  throw new BackendError("wasm kernels: the binary's memory import was not found");
}
