import type { Kernels } from "./kernels.ts";
import { SWEEP_TILE as N } from "./kernels.ts";

/** The references of the kernels that sweep a symmetric matrix. Panels hold tiles as they are; other sets may lay them out as they like. */
export const sweepKernels: Pick<Kernels, "sweepPanels" | "sweepTiles"> = {
  sweepPanels(tiles, left, right, pivot, inverse) {
    for (let i = 0; i * N * N < left.length; i++) {
      if (i === pivot) continue;
      const at = tileAt(Math.max(i, pivot), Math.min(i, pivot));
      const place = (r: number, k: number) => at + (i > pivot ? r * N + k : k * N + r);
      for (let r = 0; r < N; r++)
        for (let k = 0; k < N; k++) right[(i * N + r) * N + k] = tiles[place(r, k)];
      for (let r = 0; r < N; r++)
        for (let j = 0; j < N; j++) {
          let sum = 0;
          for (let k = 0; k < N; k++) sum += right[(i * N + r) * N + k] * inverse[j * N + k];
          left[(i * N + r) * N + j] = sum;
          tiles[place(r, j)] = sum;
        }
    }
  },

  sweepTiles(tiles, left, right, pivot, first, count) {
    for (let i = 0, t = 0; t < first + count; i++)
      for (let j = 0; j <= i && t < first + count; j++, t++) {
        if (t < first || i === pivot || j === pivot) continue;
        for (let r = 0; r < N; r++)
          for (let c = 0; c < N; c++) {
            let sum = 0;
            for (let k = 0; k < N; k++)
              sum += left[(i * N + r) * N + k] * right[(j * N + c) * N + k];
            tiles[(t * N + r) * N + c] -= sum;
          }
      }
  },
};

function tileAt(i: number, j: number): number {
  return ((i * (i + 1)) / 2 + j) * N * N;
}
