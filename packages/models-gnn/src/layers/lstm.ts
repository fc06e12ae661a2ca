import { add, addBias, gather, matmul, multiply, sigmoid, Tensor, tanh } from "@kith/core-tensors";
import type { Shapes, Weights } from "./weights.ts";

const GATES = ["input", "forget", "output", "cell"] as const;

/** The weights of an LSTM whose state is as wide as its input: of each gate `gate.input` and `gate.state` [width, width], and `gate.bias` [width]. */
export function lstmShapes(width: number): Shapes {
  return Object.fromEntries(
    GATES.flatMap((gate) => [
      [`lstm.${gate}.input`, [width, width]],
      [`lstm.${gate}.state`, [width, width]],
      [`lstm.${gate}.bias`, [width]],
    ]),
  );
}

/**
 * The last state of an LSTM (Hochreiter & Schmidhuber 1997, with forget gates) that reads rows of x one after the other, beginning with zeros: row r of the
 * result has read x[steps[0][r]], x[steps[1][r]], …
 */
export function lstm(x: Tensor, steps: readonly Uint32Array[], weights: Weights): Tensor {
  // What gates read of the input is the same wherever a row of x comes: it is computed once.
  const read = GATES.map((gate) =>
    addBias(matmul(x, weights[`lstm.${gate}.input`]), weights[`lstm.${gate}.bias`]),
  );
  const rows = steps[0].length;
  let state = Tensor.zeros([rows, x.columns]);
  let cell = Tensor.zeros([rows, x.columns]);
  for (const ids of steps) {
    const [i, f, o, c] = GATES.map((gate, n) =>
      add(gather(read[n], ids), matmul(state, weights[`lstm.${gate}.state`])),
    );
    cell = add(multiply(sigmoid(f), cell), multiply(sigmoid(i), tanh(c)));
    state = multiply(sigmoid(o), tanh(cell));
  }
  return state;
}
