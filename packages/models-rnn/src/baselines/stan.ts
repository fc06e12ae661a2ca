import { positive, positiveInteger, type Rules, resolveOptions } from "@kith/core-tensors";
import {
  type Current,
  type History,
  type Neighbour,
  NeighboursRecommender,
} from "./session-neighbours.ts";

export interface STANOptions {
  /** Training sessions that resemble the current one and count. Default 500. */
  neighbours?: number;
  /** The most recent training sessions with a shared item, among which they are looked for. Default 2500. */
  sampleSize?: number;
  /** λ₁: after so many clicks an item of the current session weighs 1/e. Default 1.02. */
  clickDecay?: number;
  /** λ₂: so many days before the latest training session a session weighs 1/e. Without times all sessions weigh the same. Default 5. */
  dayDecay?: number;
  /** λ₃: so many clicks from the shared item an item of a neighbour weighs 1/e. Default 2.05. */
  distanceDecay?: number;
}

const DAY = 86_400;

/**
 * STAN (Garg et al., SIGIR 2019, https://arxiv.org/abs/1910.12781): session KNN that weighs by the place in the current session, by how long ago a neighbour was, and by the distance
 * within the neighbour.
 *
 *   score(j) = Σ_s sim(s) e^(−|p_s(j) − p_s(i*)| / λ₃)      i* the latest click that s shares, p_s places in s
 *   sim(s)   = Σ_i e^(−d_i / λ₁) / √(n |s|) · e^(−age(s) / λ₂)   i shared items, d_i clicks back from the latest of n
 *
 * Items of no neighbour rank behind, by popularity, with scores below 0.
 */
export class STAN extends NeighboursRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<STANOptions> = {
    neighbours: positiveInteger(500),
    sampleSize: positiveInteger(2500),
    clickDecay: positive(1.02),
    dayDecay: positive(5),
    distanceDecay: positive(2.05),
  };
  readonly name = "STAN";
  readonly options: Readonly<Required<STANOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: STANOptions = {}) {
    super();
    this.options = resolveOptions("STAN", options, STAN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): STAN {
    const make = (options: object) => new STAN(options as STANOptions); // which checks them
    return STAN.restore("STAN", file, make);
  }

  protected get sampleSize(): number {
    return this.options.sampleSize;
  }

  protected get neighbours(): number {
    return this.options.neighbours;
  }

  protected weight(back: number): number {
    return Math.exp(-back / this.options.clickDecay);
  }

  protected similarity(
    sum: number,
    { distinct: { offsets }, ends, until }: History,
    session: number,
    { places }: Current,
  ): number {
    const age = ends ? (until - ends[session]) / DAY : 0;
    const size = offsets[session + 1] - offsets[session];
    return (sum / Math.sqrt(size * places.size)) * Math.exp(-age / this.options.dayDecay);
  }

  protected vote(
    add: (item: number, score: number) => void,
    { offsets, values }: History,
    { session, similarity, shared }: Neighbour,
  ): void {
    const [begin, end] = [offsets[session], offsets[session + 1]];
    let from = end - 1;
    while (values[from] !== shared) from--;
    for (let at = begin; at < end; at++)
      add(values[at], similarity * Math.exp(-Math.abs(at - from) / this.options.distanceDecay));
  }
}
