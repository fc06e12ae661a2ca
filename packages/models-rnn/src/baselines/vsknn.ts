import { flag, oneOf, positiveInteger, type Rules, resolveOptions } from "@kith/core-tensors";
import {
  type Current,
  type History,
  type Neighbour,
  NeighboursRecommender,
} from "./session-neighbours.ts";

export interface VSKNNOptions {
  /** Training sessions that resemble the current one and count. Default 100. */
  neighbours?: number;
  /** The most recent training sessions with a shared item, among which they are looked for. Default 1000. */
  sampleSize?: number;
  /**
   * How much a shared item weighs that is d clicks before the latest one, of n: "linear" 1 − d / n, "none" 1, which is S-KNN: then similarity is the cosine of the
   * sets of items, and a neighbour counts the same for all its items. Default "linear".
   */
  decay?: "linear" | "none";
  /** Multiply scores by ln(sessions / sessions with the item). Default true. */
  idf?: boolean;
}

/**
 * Vector session KNN: VS-KNN or V-SKNN (Ludewig & Jannach, UMUAI 2018, https://arxiv.org/abs/1803.09587; as in Kersbergen et al., SIGMOD 2022): no training, and hard to beat.
 *
 *   score(j) = idf(j) Σ_s λ(d_s) r_s [j ∈ s]      r_s = Σ_i (1 − d_i / n) over the items i that s shares with the current session of n clicks
 *
 * over the nearest training sessions s; d_i counts clicks back from the latest, d_s is that of the latest shared item, and λ(d) = 1 − d / 10, or 0.
 * Items of no neighbour rank behind, by popularity, with scores below 0.
 */
export class VSKNN extends NeighboursRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<VSKNNOptions> = {
    neighbours: positiveInteger(100),
    sampleSize: positiveInteger(1000),
    decay: oneOf(["linear", "none"], "linear"),
    idf: flag(true),
  };
  readonly name = "VSKNN";
  readonly options: Readonly<Required<VSKNNOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: VSKNNOptions = {}) {
    super();
    this.options = resolveOptions("VSKNN", options, VSKNN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): VSKNN {
    const make = (options: object) => new VSKNN(options as VSKNNOptions); // which checks them
    return VSKNN.restore("VSKNN", file, make);
  }

  protected get sampleSize(): number {
    return this.options.sampleSize;
  }

  protected get neighbours(): number {
    return this.options.neighbours;
  }

  protected weight(back: number, length: number): number {
    return this.options.decay === "linear" ? 1 - back / length : 1;
  }

  protected similarity(
    sum: number,
    { distinct }: History,
    session: number,
    { places }: Current,
  ): number {
    if (this.options.decay === "linear") return sum;
    const { offsets } = distinct;
    return sum / Math.sqrt((offsets[session + 1] - offsets[session]) * places.size);
  }

  protected vote(
    add: (item: number, score: number) => void,
    { distinct, ofItem }: History,
    { session, similarity, shared }: Neighbour,
    { places, length }: Current,
  ): void {
    const { decay, idf } = this.options;
    const back = length - (places.get(shared) as number);
    const weight = decay === "linear" ? 1 - back / 10 : 1;
    const sessions = distinct.offsets.length - 1;
    for (let n = distinct.offsets[session]; n < distinct.offsets[session + 1]; n++) {
      const item = distinct.values[n];
      const having = ofItem.offsets[item + 1] - ofItem.offsets[item];
      add(item, weight * similarity * (idf ? Math.log(sessions / having) : 1));
    }
  }
}
