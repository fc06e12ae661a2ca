import { FormatError, NotFittedError, NotSupportedError, Tensor } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import {
  type Epoch,
  onePass,
  type Scores,
  SessionRecommender,
  type SessionStates,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
} from "@kith/recommender";
import { shareOf } from "./clicks.ts";

/** Training sessions and where their items are. */
export interface History {
  /** Session s is values[offsets[s]] … values[offsets[s + 1]], the order of sessions being that of time. */
  readonly offsets: Uint32Array;
  readonly values: Uint32Array;
  /** When each session ended, where that is known. Shape [sessions]. */
  readonly ends: Float64Array | undefined;
  /** The latest of them. */
  readonly until: number;
  /** Sessions of item i: ofItem.sessions[ofItem.offsets[i]] … ofItem.sessions[ofItem.offsets[i + 1]], ascending, each once. */
  readonly ofItem: { readonly offsets: Uint32Array; readonly sessions: Uint32Array };
}

/** A session under way, as the neighbours are asked for it: its latest distinct items. */
export interface Current {
  /** Clicks in all. */
  readonly length: number;
  /** Of each distinct item the place of its latest click, from 1 to `length`; the latest last. */
  readonly places: ReadonlyMap<number, number>;
}

/** A training session that resembles the current one. */
export interface Neighbour {
  readonly session: number;
  readonly similarity: number;
  /** The item that both have and the current session clicked latest. */
  readonly shared: number;
}

/** Distinct items of a session that count, the latest ones: so an answer's cost does not grow with its length. */
const REMEMBERED = 100;

/** The models that have no parameters: a session is answered from training sessions that share items with it. */
export abstract class NeighboursRecommender extends SessionRecommender {
  #history: History | undefined;
  #shares: Float32Array | undefined;

  /** The most recent training sessions that are looked at. */
  protected abstract get sampleSize(): number;
  /** How many of these count. */
  protected abstract get neighbours(): number;
  /** How much a training session with at least one shared item resembles the current one; 0 or less: not at all. */
  protected abstract similarity(history: History, session: number, current: Current): number;
  /** Adds what a neighbour says of the items: scores above 0. */
  protected abstract vote(
    scores: Map<number, number>,
    history: History,
    neighbour: Neighbour,
    current: Current,
  ): void;

  /** Keeps the sessions; one epoch, without a loss (reported as 0). */
  async *train(
    data: Sequences,
    options: TrainOptions<Sequences> = {},
  ): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => {
      this.learnItems(data);
      const { offsets, values } = data;
      this.#keep({ offsets, values, ends: endsOf(data) }, data.items.size);
      return [];
    });
  }

  override similarItems(): never {
    throw new NotSupportedError(
      `${this.name}: it compares sessions and knows nothing about which items are alike; use SessionItemKNN`,
    );
  }

  dispose(): void {
    this.#history = undefined;
    this.#shares = undefined;
  }

  /** The training sessions that resemble the current one most, best first; of equal ones the later first. */
  protected nearest(current: Current): Neighbour[] {
    const history = this.#fitted();
    const { ofItem } = history;
    const latest = new Map<number, number>(); // session → the shared item that was clicked latest
    for (const item of [...current.places.keys()].reverse()) {
      const begin = Math.max(ofItem.offsets[item], ofItem.offsets[item + 1] - this.sampleSize);
      for (let n = ofItem.offsets[item + 1] - 1; n >= begin; n--) {
        const session = ofItem.sessions[n];
        if (!latest.has(session)) latest.set(session, item);
      }
    }
    const recent = Uint32Array.from(latest.keys()).sort().slice(-this.sampleSize);
    return Array.from(recent, (session) => ({
      session,
      similarity: this.similarity(history, session, current),
      shared: latest.get(session) as number,
    }))
      .filter(({ similarity }) => similarity > 0)
      .sort((a, b) => b.similarity - a.similarity || b.session - a.session)
      .slice(0, this.neighbours);
  }

  protected begin(sessions: number): SessionStates {
    const history = this.#fitted();
    const shares = this.#shares as Float32Array;
    const all = Array.from({ length: sessions }, () => ({
      length: 0,
      places: new Map<number, number>(),
    }));
    return {
      step: (items) => {
        items.forEach((item, s) => {
          const { places } = all[s];
          places.delete(item); // to be the latest
          places.set(item, ++all[s].length);
          if (places.size > REMEMBERED) places.delete(places.keys().next().value as number);
        });
      },
      scores: (rows): Scores => {
        const values = Tensor.empty([rows.length, shares.length]);
        const { data } = values;
        rows.forEach((s, r) => {
          const begin = r * shares.length;
          for (let j = 0; j < shares.length; j++) data[begin + j] = shares[j] - 1;
          const scores = new Map<number, number>();
          for (const neighbour of this.nearest(all[s]))
            this.vote(scores, history, neighbour, all[s]);
          for (const [item, score] of scores) if (score > 0) data[begin + item] = score;
        });
        return { kind: "all", values };
      },
    };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    const history = this.#history;
    if (!history) return undefined;
    const { offsets, values, ends } = history;
    return {
      "sessions.offsets": { shape: [offsets.length], data: offsets },
      "sessions.items": { shape: [values.length], data: values },
      ...(ends && { "sessions.ends": { shape: [ends.length, 2], data: halves(ends) } }),
    };
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    const offsets = tensors.uint32("sessions.offsets", [-1]);
    const values = tensors.uint32("sessions.items", [offsets[offsets.length - 1] ?? 0]);
    const ascend = offsets.every((end, s) => (s === 0 ? end === 0 : end >= offsets[s - 1]));
    if (offsets.length < 2 || !ascend || values.some((item) => item >= items))
      throw new FormatError(`${this.name}.load: the sessions are damaged`);
    const ends = tensors.has("sessions.ends")
      ? doubles(tensors.uint32("sessions.ends", [offsets.length - 1, 2]))
      : undefined;
    if (ends?.some((time) => !Number.isFinite(time)))
      throw new FormatError(`${this.name}.load: the times of the sessions are damaged`);
    this.#keep({ offsets, values, ends }, items);
  }

  #keep(sessions: Pick<History, "offsets" | "values" | "ends">, items: number): void {
    const until = sessions.ends?.reduce((latest, end) => Math.max(latest, end)) ?? 0;
    const history = { ...sessions, until, ofItem: sessionsOfItems(sessions, items) };
    const clicks = new Uint32Array(items);
    for (const item of history.values) clicks[item]++;
    this.#history = history;
    this.#shares = shareOf(clicks);
  }

  #fitted(): History {
    if (!this.#history) throw new NotFittedError(this.name);
    return this.#history;
  }
}

function endsOf({ times, offsets, sequences }: Sequences): Float64Array | undefined {
  if (!times) return undefined;
  let before = Number.NEGATIVE_INFINITY;
  return Float64Array.from({ length: sequences }, (_, s) => {
    if (offsets[s + 1] > offsets[s]) before = times[offsets[s + 1] - 1];
    return before;
  });
}

function sessionsOfItems(
  { offsets, values }: Pick<History, "offsets" | "values">,
  items: number,
): History["ofItem"] {
  const latest = new Int32Array(items).fill(-1);
  const starts = new Uint32Array(items + 1);
  const each = (body: (item: number, session: number) => void): void => {
    latest.fill(-1);
    for (let s = 0; s + 1 < offsets.length; s++)
      for (let at = offsets[s]; at < offsets[s + 1]; at++) {
        const item = values[at];
        if (latest[item] === s) continue;
        latest[item] = s;
        body(item, s);
      }
  };
  each((item) => void starts[item + 1]++);
  for (let i = 0; i < items; i++) starts[i + 1] += starts[i];
  const next = starts.slice();
  const sessions = new Uint32Array(starts[items]);
  each((item, s) => {
    sessions[next[item]++] = s;
  });
  return { offsets: starts, sessions };
}

/** Times as words of 32 bits, which a model file can hold. */
function halves(times: Float64Array): Uint32Array {
  return new Uint32Array(times.slice().buffer);
}

function doubles(words: Uint32Array): Float64Array {
  return new Float64Array(words.slice().buffer);
}
