import {
  add,
  columns,
  gruCell,
  gruCellAfter,
  matmul,
  multiply,
  sigmoid,
  type Tensor,
  tanh,
} from "@kith/core-tensors";

/** The kinds of recurrent cell. */
export type CellName = "gru" | "lstm" | "rnn";
/** Whether a GRU's reset gate is applied before or after the product of its state and weights. */
export type ResetGate = "before" | "after";

/** A recurrent cell of some units; what it reads of its input is computed before. */
export interface Cell {
  /** What the input gives has so many numbers for each unit. */
  readonly gates: number;
  /** Vectors that it remembers; the first is its output. */
  readonly states: number;
  /** Weights of the state: so many columns for each unit, by name. */
  readonly weights: Readonly<Record<string, number>>;
  /** Biases of the state, in the same way. */
  readonly biases: Readonly<Record<string, number>>;
  /**
   * One step.
   * @param x [n, gates · units], biases included
   * @param states [n, units] each
   * @returns the new states
   */
  step(
    x: Tensor,
    states: readonly Tensor[],
    weights: Readonly<Record<string, Tensor>>,
  ): readonly Tensor[];
}

/** The cell that options ask for. */
export function cellOf({ cell, reset }: { cell: CellName; reset: ResetGate }): Cell {
  return CELLS[cell === "gru" ? (`gru-${reset}` as const) : cell];
}

const CELLS: Readonly<Record<Exclude<CellName, "gru"> | `gru-${ResetGate}`, Cell>> = {
  /** Cho et al. 2014; x is candidate, reset, update. */
  "gru-before": {
    gates: 3,
    states: 1,
    weights: { gates: 2, candidate: 1 },
    biases: {},
    step: (x, [state], { gates, candidate }) => [gruCell(x, state, gates, candidate)],
  },

  /** As in cuDNN and PyTorch; x is candidate, reset, update. */
  "gru-after": {
    gates: 3,
    states: 1,
    weights: { state: 3 },
    biases: { stateBias: 3 },
    step: (x, [before], { state, stateBias }) => [gruCellAfter(x, before, state, stateBias)],
  },

  /** Hochreiter & Schmidhuber 1997 with forget gates; x is candidate, input, forget, output. */
  lstm: {
    gates: 4,
    states: 2,
    weights: { state: 4 },
    biases: {},
    step(x, [output, cell], { state }) {
      const sums = add(x, matmul(output, state));
      const width = output.columns;
      const gate = (n: number) => columns(sums, n * width, (n + 1) * width);
      const kept = multiply(sigmoid(gate(2)), cell);
      const next = add(kept, multiply(sigmoid(gate(1)), tanh(gate(0))));
      return [multiply(sigmoid(gate(3)), tanh(next)), next];
    },
  },

  /** Elman 1990: tanh(x + h U). */
  rnn: {
    gates: 1,
    states: 1,
    weights: { state: 1 },
    biases: {},
    step: (x, [output], { state }) => [tanh(add(x, matmul(output, state)))],
  },
};
