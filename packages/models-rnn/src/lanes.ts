import { Tensor } from "@kith/core-tensors";

/** The states of sessions that are trained side by side, from one step to the next: no gradient goes back through them. */
export class Lanes {
  /** [lanes, units] each; part of what a checkpoint keeps. */
  readonly states: readonly Tensor[];

  constructor(lanes: number, widths: readonly number[]) {
    this.states = widths.map((units) => Tensor.parameter([lanes, units]));
  }

  /**
   * Lanes end and sessions begin.
   * @param kept lanes that go on, ascending, where some have ended
   * @param fresh lanes, as numbered then, that begin with zeros
   */
  change(kept: Uint32Array | undefined, fresh: Uint32Array): void {
    for (const { data, columns } of this.states) {
      kept?.forEach((from, to) => {
        data.copyWithin(to * columns, from * columns, (from + 1) * columns);
      });
      for (const lane of fresh) data.fill(0, lane * columns, (lane + 1) * columns);
    }
  }

  /** Copies of the first lanes' states in the scope of the caller. */
  first(lanes: number): Tensor[] {
    return this.states.map((state) => {
      const copy = Tensor.empty([lanes, state.columns]);
      copy.data.set(state.data.subarray(0, copy.size));
      return copy;
    });
  }

  store(states: readonly Tensor[]): void {
    states.forEach((state, n) => {
      this.states[n].data.set(state.data);
    });
  }

  dispose(): void {
    for (const state of this.states) state.dispose();
  }
}
