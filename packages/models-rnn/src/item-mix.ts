import { SparseMatrix } from "@kith/core-tensors";
import type { Input } from "./network.ts";

/** The latest clicks of some sessions as one input each: click k before the last weighs decay^k, and the weights of a session add up to 1. */
export function weightedInput(clicks: readonly Uint32Array[], decay: number): Input {
  const offsets = new Uint32Array(clicks.length + 1);
  clicks.forEach((own, s) => {
    offsets[s + 1] = offsets[s] + own.length;
  });
  const rows = offsets[clicks.length];
  const items = new Uint32Array(rows);
  const values = new Float32Array(rows);
  clicks.forEach((own, s) => {
    items.set(own, offsets[s]);
    let total = 0;
    for (let k = 0; k < own.length; k++) total += decay ** k;
    for (let k = 0; k < own.length; k++) values[offsets[s + 1] - 1 - k] = decay ** k / total;
  });
  const indices = Uint32Array.from({ length: rows }, (_, row) => row);
  const csr = { rows: clicks.length, columns: rows, offsets, indices, values };
  return { items, mix: new SparseMatrix(csr, { scoped: true }) };
}
