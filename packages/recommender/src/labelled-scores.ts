import { auc, type PrecisionRecallCurve, prCurve } from "@kith/metrics";

/** Scores of pairs by label, sorted once, and what can be measured on them, computed once. */
export class LabelledScores {
  /** Of label 1, ascending. */
  readonly positives: Float32Array;
  /** Of label 0, ascending. */
  readonly negatives: Float32Array;
  #auc: number | undefined;
  #curve: PrecisionRecallCurve | undefined;

  /** Keeps the arrays, and sorts them, which is quick where they are sorted almost. */
  constructor(positives: Float32Array, negatives: Float32Array) {
    this.positives = positives.sort();
    this.negatives = negatives.sort();
  }

  get length(): number {
    return this.positives.length + this.negatives.length;
  }

  /** Whether there are pairs of both labels, without which nothing below has a value. */
  get canBeMeasured(): boolean {
    return this.positives.length > 0 && this.negatives.length > 0;
  }

  /** The middle score, of an even number the mean of the middle two, as float32. */
  get median(): number {
    const { positives, negatives, length } = this;
    let [p, n, below, middle] = [0, 0, 0, 0];
    while (p + n <= length / 2) {
      below = middle;
      const isPositive =
        n === negatives.length || (p < positives.length && positives[p] <= negatives[n]);
      middle = isPositive ? positives[p++] : negatives[n++];
    }
    return Math.fround(length % 2 === 0 ? (below + middle) / 2 : middle);
  }

  /** The same pairs, and so many more of one score. */
  and(score: number, positives: number, negatives: number): LabelledScores {
    if (positives + negatives === 0) return this;
    return new LabelledScores(
      extended(this.positives, positives, score),
      extended(this.negatives, negatives, score),
    );
  }

  get auc(): number {
    this.#auc ??= auc(this.#labels, this.#scores);
    return this.#auc;
  }

  get curve(): PrecisionRecallCurve {
    this.#curve ??= prCurve(this.#labels, this.#scores);
    return this.#curve;
  }

  /** The area under the curve, Σⱼ (Rⱼ − Rⱼ₋₁) · Pⱼ: what `averagePrecision` of @kith/metrics computes of a curve of its own. */
  get averagePrecision(): number {
    const { precision, recall } = this.curve;
    let area = 0;
    for (let j = recall.length - 2; j >= 0; j--) area += (recall[j] - recall[j + 1]) * precision[j];
    return area;
  }

  get #labels(): Uint8Array {
    return new Uint8Array(this.length).fill(1, 0, this.positives.length);
  }

  get #scores(): Float32Array {
    return joined(this.positives, this.negatives);
  }
}

function extended(scores: Float32Array, count: number, score: number): Float32Array {
  return joined(scores, new Float32Array(count).fill(score));
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
