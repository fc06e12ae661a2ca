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
import { occurrencesOf, sessionOf } from "./by-item.ts";
import { behindOf, clicksOf } from "./clicks.ts";

/** Lists of numbers end to end: list n is values[offsets[n]] … values[offsets[n + 1]]. */
export interface NumberLists {
  readonly offsets: Uint32Array;
  readonly values: Uint32Array;
}

/** Training sessions and where their items are. */
export interface History {
  /** Session s is values[offsets[s]] … values[offsets[s + 1]], the order of sessions being that of time. */
  readonly offsets: Uint32Array;
  readonly values: Uint32Array;
  /** When each session ended, where that is known. Shape [sessions]. */
  readonly ends: Float64Array | undefined;
  /** The latest of them. */
  readonly until: number;
  /** The items of each session, each once, in the order of their first clicks. */
  readonly distinct: NumberLists;
  /** The sessions of each item, ascending, each once. */
  readonly ofItem: NumberLists;
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

/** What a training session shares with the current one. */
interface Shared {
  /** Of the weights of the shared items. */
  sum: number;
  /** The one that was clicked latest. */
  readonly item: number;
}

/** Distinct items of a session that count, the latest ones: so an answer's cost does not grow with its length. */
const REMEMBERED = 100;

/** The models that have no parameters: a session is answered from training sessions that share items with it. */
export abstract class NeighboursRecommender extends SessionRecommender {
  #history: History | undefined;
  #behind: Float32Array | undefined;

  /** The most recent training sessions that are looked at. */
  protected abstract get sampleSize(): number;
  /** How many of these count. */
  protected abstract get neighbours(): number;
  /** What an item adds to the similarity of a session that shares it, where it was clicked `back` clicks before the latest of `length`. */
  protected abstract weight(back: number, length: number): number;
  /** The similarity that the sum of the weights comes to. */
  protected abstract similarity(
    sum: number,
    history: History,
    session: number,
    current: Current,
  ): number;
  /** Adds what a neighbour says of its items: numbers above 0. */
  protected abstract vote(
    add: (item: number, score: number) => void,
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
    this.#behind = undefined;
  }

  /** The training sessions that resemble the current one most, best first; of equal ones the later first. */
  #nearest(current: Current, history: History, sums: Map<number, Shared>): Neighbour[] {
    const { offsets, values } = history.ofItem;
    sums.clear();
    for (const [item, place] of [...current.places].reverse()) {
      const weight = this.weight(current.length - place, current.length);
      // A session among the most recent ones of all these items is among the most recent ones of each of them.
      const begin = Math.max(offsets[item], offsets[item + 1] - this.sampleSize);
      for (let n = offsets[item + 1] - 1; n >= begin; n--) {
        const shared = sums.get(values[n]);
        if (shared) shared.sum += weight;
        else sums.set(values[n], { sum: weight, item });
      }
    }
    const recent = Uint32Array.from(sums.keys()).sort().slice(-this.sampleSize);
    return Array.from(recent, (session): Neighbour => {
      const { sum, item } = sums.get(session) as Shared;
      const similarity = this.similarity(sum, history, session, current);
      return { session, similarity, shared: item };
    })
      .filter(({ similarity }) => similarity > 0)
      .sort((a, b) => b.similarity - a.similarity || b.session - a.session)
      .slice(0, this.neighbours);
  }

  protected begin(sessions: number): SessionStates {
    const history = this.#fitted();
    const behind = this.#behind as Float32Array;
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
        const sums = new Map<number, Shared>();
        const values = Tensor.empty([rows.length, behind.length]);
        const { data } = values;
        rows.forEach((s, r) => {
          const begin = r * behind.length;
          data.set(behind, begin);
          const add = (item: number, score: number): void => {
            if (!(score > 0)) return;
            const before = data[begin + item];
            data[begin + item] = before < 0 ? score : before + score;
          };
          for (const neighbour of this.#nearest(all[s], history, sums))
            this.vote(add, history, neighbour, all[s]);
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
    const distinct = withoutRepeats(sessions, items);
    const history = { ...sessions, until, distinct, ofItem: transposed(distinct, items) };
    this.#history = history;
    this.#behind = behindOf(clicksOf(history.values, items));
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

function withoutRepeats({ offsets, values }: NumberLists, items: number): NumberLists {
  const latest = new Int32Array(items).fill(-1);
  const ends = new Uint32Array(offsets.length);
  const kept = new Uint32Array(values.length);
  let end = 0;
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let at = offsets[s]; at < offsets[s + 1]; at++) {
      if (latest[values[at]] === s) continue;
      latest[values[at]] = s;
      kept[end++] = values[at];
    }
    ends[s + 1] = end;
  }
  return { offsets: ends, values: kept.slice(0, end) };
}

/** The lists that each item is in. */
function transposed(lists: NumberLists, items: number): NumberLists {
  const { offsets, places } = occurrencesOf(lists.values, items);
  const listOf = sessionOf(lists);
  return { offsets, values: places.map((place) => listOf[place]) };
}

/** Times as words of 32 bits, which a model file can hold. */
function halves(times: Float64Array): Uint32Array {
  return new Uint32Array(times.slice().buffer);
}

function doubles(words: Uint32Array): Float64Array {
  return new Float64Array(words.slice().buffer);
}
