import type { Kernels } from "./kernels.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The references of the kernels of recurrent cells. */
export const recurrentKernels: Pick<
  Kernels,
  | "gruGates"
  | "gruState"
  | "gruStateBackward"
  | "gruGatesBackward"
  | "gruAfter"
  | "gruAfterBackward"
> = {
  gruGates(gates, reset, x, u, state, width) {
    each(state, width, (i, j, at) => {
      const [resets, updates] = [i * 2 * width + j, i * 2 * width + width + j];
      gates[resets] = sigmoid(x[i * 3 * width + width + j] + u[resets]);
      gates[updates] = sigmoid(x[i * 3 * width + 2 * width + j] + u[updates]);
      reset[at] = gates[resets] * state[at];
    });
  },

  gruState(y, candidate, x, c, gates, state, width) {
    each(state, width, (i, j, at) => {
      candidate[at] = Math.tanh(x[i * 3 * width + j] + c[at]);
      y[at] = state[at] + gates[i * 2 * width + width + j] * (candidate[at] - state[at]);
    });
  },

  gruStateBackward(dx, dstate, dy, gates, state, candidate, width) {
    each(state, width, (i, j, at) => {
      const z = gates[i * 2 * width + width + j];
      dx[i * 3 * width + j] = z * dy[at] * (1 - candidate[at] ** 2);
      dx[i * 3 * width + 2 * width + j] = z * dy[at] * (1 - z) * (candidate[at] - state[at]);
      dstate[at] = dy[at] * (1 - z);
    });
  },

  gruGatesBackward(dx, dstate, dreset, gates, state, width) {
    each(state, width, (i, j, at) => {
      const r = gates[i * 2 * width + j];
      dx[i * 3 * width + width + j] = r * dreset[at] * (1 - r) * state[at];
      dstate[at] += r * dreset[at];
    });
  },

  gruAfter(y, gates, candidate, x, u, state, width) {
    each(state, width, (i, j, at) => {
      const [c, r, z] = [0, 1, 2].map((gate) => (i * 3 + gate) * width + j);
      const [resets, updates] = [i * 2 * width + j, i * 2 * width + width + j];
      gates[resets] = sigmoid(x[r] + u[r]);
      gates[updates] = sigmoid(x[z] + u[z]);
      candidate[at] = Math.tanh(x[c] + gates[resets] * u[c]);
      y[at] = state[at] + gates[updates] * (candidate[at] - state[at]);
    });
  },

  gruAfterBackward(dx, du, dstate, dy, u, state, gates, candidate, width) {
    each(state, width, (i, j, at) => {
      const [c, r, z] = [0, 1, 2].map((gate) => (i * 3 + gate) * width + j);
      const [reset, update] = [gates[i * 2 * width + j], gates[i * 2 * width + width + j]];
      dx[c] = update * dy[at] * (1 - candidate[at] ** 2);
      du[c] = dx[c] * reset;
      dx[r] = du[r] = dx[c] * reset * (1 - reset) * u[c];
      dx[z] = du[z] = update * dy[at] * (1 - update) * (candidate[at] - state[at]);
      dstate[at] = dy[at] * (1 - update);
    });
  },
};

/** All (row, column) of a matrix of rows × width, and where they stand. */
function each(
  matrix: Float32Array,
  width: number,
  body: (row: number, column: number, at: number) => void,
): void {
  for (let at = 0; at < matrix.length; at++) body(Math.floor(at / width), at % width, at);
}
