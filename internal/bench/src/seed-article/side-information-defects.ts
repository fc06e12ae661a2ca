import {
  Adam,
  addAll,
  gather,
  matmul,
  mean,
  multiply,
  Rng,
  rowDot,
  scale,
  scope,
  softmax,
  softplus,
  Tensor,
  uniform,
} from "@kith/core-tensors";
import type { Features, ItemPairs, Sequences } from "@kith/data";
import { evaluatePairs, type PairScorer } from "@kith/recommender";
import { AliasTable, windowPairs } from "@kith/sampling";
import { vectorScorer } from "../pair-scorers.ts";
import { type CurvePoint, cosineRate, type EnactedSettings, repeated, shareOf } from "./enacted.ts";

/** What is wrong with the article's skip-gram with side information, each to be switched off by itself. */
export interface SideInformationDefects {
  /** The fields of a context are read for its centre: only the pairs that are there share all fields, and training need not look at the items. */
  readonly leak: boolean;
  /** Contexts have the vectors of the table of centres; the table of contexts is never used. */
  readonly centresAsContexts: boolean;
  /** An item without a field has value 0 of it, one more vector of the mean, instead of one less. */
  readonly missingIsAValue: boolean;
  /** Pairs are told by the plain mean of an item's vectors, although training weighs them. */
  readonly measuredUnweighted: boolean;
  /** The learning rate jumps back at the start of each epoch. */
  readonly restarts: boolean;
}

/** What is learned from, and the pairs to be told apart. */
export interface SideInformationData {
  readonly walks: Sequences;
  readonly features: Features;
  readonly seen: ItemPairs;
}

const RATE = 0.025;
const NEGATIVES = 5;
const WINDOW = 5;
/** Beside which the weight of a missing field vanishes in a softmax. */
const NEVER = -1e9;

/**
 * Skip-gram with side information as the article's code has it, with its defects as asked for. A vector is a mean of the item's own and those of its
 * fields' values, for centres and for contexts; with `learned`, weights are a softmax of numbers that each item learns. SparseAdam, cosine of
 * the vectors of centres. Written anew for this page.
 */
export async function enactSideInformation(
  { walks, features, seen }: SideInformationData,
  { learned, defects }: { readonly learned: boolean; readonly defects: SideInformationDefects },
  { dim, epochs, batch, measurements, seed }: EnactedSettings,
): Promise<CurvePoint[]> {
  const rng = new Rng(seed).fork("side information");
  const { items } = walks;
  const columns = columnsOf(walks, features);
  const fields = columns.length;
  const half = 0.5 / dim;
  const table = (rows: number, name: string) =>
    uniform(Tensor.parameter([rows, dim]), rng.fork(name), -half, half);
  const centres = columns.map(({ size }, f) => table(size, `field ${f}`));
  const contexts = columns.map(({ size }) => Tensor.parameter([size, dim]));
  const weights = uniform(
    Tensor.parameter([items.size, fields]),
    rng.fork("weights"),
    1 / fields, // the article gives PyTorch a lower bound where it means a value
    1,
  );
  const tables = [...centres, ...contexts, ...(learned ? [weights] : [])];
  const adam = new Adam(tables, { learningRate: RATE, lazy: true });

  /** Vectors of items whose fields are read from others: [rows, dim]. */
  const vectors = (
    from: readonly Tensor[],
    own: Uint32Array,
    described: Uint32Array,
    weighted: boolean,
  ) => {
    const rows = columns.map(({ of }, f) => (f === 0 ? own : described).map((item) => of[item]));
    const logits = Tensor.zeros([own.length, fields]);
    if (!defects.missingIsAValue)
      for (let f = 1; f < fields; f++)
        for (let r = 0; r < own.length; r++)
          if (rows[f][r] === 0) logits.data[r * fields + f] = NEVER;
    const shares = softmax(weighted ? addAll([gather(weights, own), logits]) : logits);
    return addAll(
      from.map((one, f) => multiply(matmul(shares, column(f, fields, dim)), gather(one, rows[f]))),
    );
  };
  const contextTables = defects.centresAsContexts ? centres : contexts;
  const loss = (centre: Uint32Array, context: Uint32Array, others: Uint32Array) => {
    const x = vectors(centres, centre, centre, learned);
    const y = vectors(contextTables, context, defects.leak ? centre : context, learned);
    const n = vectors(contextTables, others, others, learned);
    const each = repeated(Uint32Array.from(centre.keys()), NEGATIVES);
    const positive = mean(softplus(scale(rowDot(x, y), -1)));
    return addAll([positive, scale(mean(softplus(rowDot(gather(x, each), n))), NEGATIVES)]);
  };
  const measure = async (): Promise<number> => {
    const data = new Float32Array(items.size * dim);
    for (let begin = 0; begin < items.size; begin += 4096) {
      const some = Uint32Array.from(
        { length: Math.min(4096, items.size - begin) },
        (_, n) => begin + n,
      );
      scope(() => {
        data.set(
          vectors(centres, some, some, learned && !defects.measuredUnweighted).data,
          begin * dim,
        );
      });
    }
    const rows = { data, width: dim };
    const scorer: PairScorer = vectorScorer(items, dim, { left: rows, right: rows, cosine: true });
    return (await evaluatePairs(scorer, seen, { metrics: ["auc"] })).metrics.auc;
  };

  const frequencies = new Float64Array(items.size);
  for (const item of walks.values) frequencies[item]++;
  const negatives = new AliasTable(frequencies.map((count) => count ** 0.75));
  const draws = rng.fork("draws");
  const pairsOf = () =>
    windowPairs(walks, { window: WINDOW, dynamic: false, pairsPerChunk: batch }, draws);
  let steps = 0;
  for (const _ of pairsOf()) steps++;
  const curve: CurvePoint[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let step = 0;
    for (const { left, right } of pairsOf()) {
      const others = new Uint32Array(NEGATIVES * left.length).map(() => negatives.draw(draws));
      adam.options.learningRate =
        RATE * cosineRate(shareOf(defects.restarts, { epoch, epochs, step, steps }));
      adam.minimize(() => loss(left, right, others));
      step++;
      if (
        Math.floor((step * measurements) / steps) > Math.floor(((step - 1) * measurements) / steps)
      )
        curve.push({ epoch: epoch + step / steps, auc: await measure() });
    }
  }
  for (const owner of [adam, ...centres, ...contexts, weights]) owner.dispose();
  return curve;
}

/** The tables' rows of each item: its own, then those of its fields, in which row 0 is of no value. */
function columnsOf(
  { items }: Sequences,
  features: Features,
): { readonly of: Uint32Array; readonly size: number }[] {
  const at = items.indicesIn(features.ids);
  return [
    { of: Uint32Array.from(at.keys()), size: items.size },
    ...features.categorical("side information").map(({ of, values }) => ({
      of: Uint32Array.from(at, (index) => (index < 0 ? 0 : of[index] + 1)),
      size: values.size + 1,
    })),
  ];
}

/** The matrix [fields, dim] that spreads column f of another over dim columns. */
function column(f: number, fields: number, dim: number): Tensor {
  const matrix = Tensor.zeros([fields, dim]);
  matrix.data.fill(1, f * dim, (f + 1) * dim);
  return matrix;
}
