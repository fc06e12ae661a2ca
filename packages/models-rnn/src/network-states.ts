import { scope, Tensor } from "@kith/core-tensors";
import type { Scores, SessionStates } from "@kith/recommender";
import { weightedInput } from "./item-mix.ts";
import type { Input, Network } from "./network.ts";

/** How inputs are made of clicks. */
export interface Reading {
  readonly input: "last" | "weighted";
  readonly inputDecay: number;
  readonly inputWindow: number;
}

/** Sessions as a recurrent network remembers them: the states of its layers, off the heap, so that there is nothing to be freed. */
export class NetworkStates implements SessionStates {
  readonly #network: Network;
  readonly #table: Tensor;
  readonly #reading: Reading;
  /** [sessions, units] each. */
  readonly #states: readonly Float32Array[];
  /** The latest clicks of each session, where they are read. */
  readonly #clicks: Uint32Array[];

  /** @param table [items, units + 1]: output weights and biases */
  constructor(network: Network, table: Tensor, reading: Reading, sessions: number) {
    this.#network = network;
    this.#table = table;
    this.#reading = reading;
    this.#states = network.widths.map((units) => new Float32Array(sessions * units));
    this.#clicks =
      reading.input === "weighted"
        ? Array.from({ length: sessions }, () => new Uint32Array(0))
        : [];
  }

  step(items: Uint32Array): void {
    const { widths } = this.#network;
    scope(() => {
      const before = this.#states.map((state, n) =>
        Tensor.from(state.subarray(0, items.length * widths[n]), [items.length, widths[n]]),
      );
      const { states } = this.#network.step(this.#input(items), before);
      states.forEach(({ data }, n) => {
        this.#states[n].set(data);
      });
    });
  }

  scores(sessions: Uint32Array): Scores {
    const width = this.#table.columns - 1;
    const output = this.#states[this.#network.outputState];
    const queries = Tensor.empty([sessions.length, width + 1]);
    const { data } = queries;
    sessions.forEach((session, r) => {
      data.set(output.subarray(session * width, (session + 1) * width), r * (width + 1));
      data[r * (width + 1) + width] = 1;
    });
    return { kind: "dot", queries, items: this.#table };
  }

  #input(items: Uint32Array): Input {
    const { input, inputDecay, inputWindow } = this.#reading;
    if (input === "last") return { items };
    items.forEach((item, s) => {
      const own = [...this.#clicks[s], item].slice(-inputWindow);
      this.#clicks[s] = Uint32Array.from(own);
    });
    return weightedInput(this.#clicks.slice(0, items.length), inputDecay);
  }
}
