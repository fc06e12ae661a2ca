import type { Neighbours } from "./kernels.ts";
import { Stream } from "./stream.ts";

const NONE = 0xffffffff;

/** The reference of the kernel `sampleNeighbours`. */
export function sampleNeighbours(
  out: Uint32Array,
  { offsets, indices }: Neighbours,
  nodes: Uint32Array,
  fanOut: number,
  key: readonly [number, number],
  first: number,
): void {
  for (let r = 0; r < nodes.length; r++) {
    const row = out.subarray(r * fanOut, (r + 1) * fanOut);
    const begin = offsets[nodes[r]];
    const degree = offsets[nodes[r] + 1] - begin;
    if (degree === 0) {
      row.fill(NONE);
      continue;
    }
    const stream = new Stream(key, first + r);
    const distinct = Math.min(degree, fanOut);
    // Floyd's choice of distinct places, each subset as likely as any other
    for (let t = 0; t < distinct; t++) {
      const most = degree - distinct + t;
      const place = stream.below(most + 1);
      row[t] = row.subarray(0, t).includes(place) ? most : place;
    }
    for (let t = distinct - 1; t > 0; t--) {
      const other = stream.below(t + 1);
      [row[t], row[other]] = [row[other], row[t]];
    }
    for (let t = distinct; t < fanOut; t++) row[t] = stream.below(degree);
    for (let t = 0; t < fanOut; t++) row[t] = indices[begin + row[t]];
  }
}
