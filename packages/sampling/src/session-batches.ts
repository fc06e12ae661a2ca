import { KithError, OptionError } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";

/** One step of session-parallel training: a click and the next one in each lane. */
export interface SessionBatch {
  /** Item that was clicked, by lane. Shape [lanes]. */
  readonly inputs: Uint32Array;
  /** Item that was clicked next. Shape [lanes]. */
  readonly targets: Uint32Array;
  /** Where the inputs stand in the `values` of the data; the target stands behind. Shape [lanes]. */
  readonly at: Uint32Array;
  /** Where the sessions of the lanes begin in `values`. Shape [lanes]. */
  readonly starts: Uint32Array;
  /** The lanes of the batch before that go on, in order, where some have ended: lane n was lane kept[n]. */
  readonly kept: Uint32Array | undefined;
  /** Lanes, as they are numbered now, whose session begins with this batch: their state is to be zero. */
  readonly fresh: Uint32Array;
}

/**
 * Session-parallel mini-batches (Hidasi et al., ICLR 2016, figure 1): each lane goes through a session click by click; when it is through it takes the next session that
 * waits, in the order of the data, and when none waits the lane ends, while the others go on to the end of theirs. All clicks but the last of each session are
 * inputs, once in an epoch. Sessions of one click, which have nothing to foretell, are passed over.
 */
export class SessionBatches {
  readonly #data: Sequences;
  readonly #sessions: Uint32Array;
  readonly #size: number;
  readonly #least: number;
  /** Batches in an epoch. */
  readonly count: number;

  /**
   * @param size lanes at most
   * @param least lanes with which an epoch goes on: 2 where the targets of other lanes are the only negatives. Default 1.
   * @throws OptionError when these are not whole numbers of at least 1
   * @throws KithError when fewer than `least` sessions have two clicks
   */
  constructor(data: Sequences, size: number, least: number = 1) {
    for (const [name, value] of Object.entries({ size, least }))
      if (!(Number.isInteger(value) && value >= 1))
        throw new OptionError(
          "SessionBatches",
          name,
          `must be a whole number of at least 1, got ${value}`,
        );
    this.#data = data;
    this.#size = size;
    this.#least = least;
    const { offsets, sequences } = data;
    this.#sessions = Uint32Array.from({ length: sequences }, (_, s) => s).filter(
      (s) => offsets[s + 1] - offsets[s] >= 2,
    );
    if (Math.min(size, this.#sessions.length) < least)
      throw new KithError(
        `SessionBatches: expected at least ${least} lanes and sessions of two clicks or more, got ${size} and ${this.#sessions.length}`,
      );
    let count = 0;
    for (const { steps } of this.#rounds()) count += steps;
    this.count = count;
  }

  /** The batches of an epoch: the same each time. */
  *epoch(): Generator<SessionBatch, void, void> {
    const { values } = this.#data;
    for (const { at, starts, steps, kept, fresh } of this.#rounds())
      for (let step = 0; step < steps; step++) {
        const here = at.map((position) => position + step);
        yield {
          inputs: here.map((position) => values[position]),
          targets: here.map((position) => values[position + 1]),
          at: here,
          starts,
          kept: step === 0 ? kept : undefined,
          fresh: step === 0 ? fresh : NONE,
        };
      }
  }

  /** Steps that the same lanes take with the same sessions: as many as the shortest has left. */
  *#rounds(): Generator<Round, void, void> {
    const { offsets } = this.#data;
    const sessions = this.#sessions;
    let next = Math.min(this.#size, sessions.length);
    let at = Uint32Array.from(sessions.subarray(0, next), (s) => offsets[s]);
    let starts = at.slice();
    let ends = Uint32Array.from(sessions.subarray(0, next), (s) => offsets[s + 1]);
    let fresh = Uint32Array.from(at, (_, lane) => lane);
    let kept: Uint32Array | undefined;
    while (at.length >= this.#least) {
      let steps = Number.POSITIVE_INFINITY;
      for (let lane = 0; lane < at.length; lane++)
        steps = Math.min(steps, ends[lane] - at[lane] - 1);
      yield { at: at.slice(), starts: starts.slice(), steps, kept, fresh };
      const going: number[] = [];
      const begun: number[] = [];
      for (let lane = 0; lane < at.length; lane++) {
        at[lane] += steps;
        if (ends[lane] - at[lane] <= 1) {
          if (next === sessions.length) continue; // the lane ends
          const session = sessions[next++];
          at[lane] = offsets[session];
          starts[lane] = offsets[session];
          ends[lane] = offsets[session + 1];
          begun.push(going.length);
        }
        going.push(lane);
      }
      fresh = Uint32Array.from(begun);
      kept = going.length < at.length ? Uint32Array.from(going) : undefined;
      if (kept) [at, starts, ends] = [at, starts, ends].map((all) => rowsAt(all, going));
    }
  }
}

interface Round {
  readonly at: Uint32Array;
  readonly starts: Uint32Array;
  readonly steps: number;
  readonly kept: Uint32Array | undefined;
  readonly fresh: Uint32Array;
}

const NONE = new Uint32Array(0);

function rowsAt(all: Uint32Array, rows: readonly number[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(rows, (row) => all[row]);
}
