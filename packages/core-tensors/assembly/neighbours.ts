// Neighbours of nodes, drawn: row r is a function of (stream, number of the row).
import { below, seed } from "./stream";

/** Rows begin … end: up to `fanOut` different neighbours of a node in random order, then more of them, drawn again. */
export function sampleNeighbours(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32,
  offsets: usize, indices: usize, nodes: usize, fanOut: u32, out: usize,
): void {
  for (let r = begin; r < end; r++) {
    const row = out + ((r * <usize>fanOut) << 2), node = <usize>load<u32>(nodes + (r << 2));
    const lo = load<u32>(offsets + (node << 2)), degree = load<u32>(offsets + (node << 2), 4) - lo;
    if (degree == 0) {
      memory.fill(row, 0xff, <usize>fanOut << 2);
      continue;
    }
    seed(k0, k1, first + <u32>r, 0);
    const distinct = min(degree, fanOut);
    for (let t: u32 = 0; t < distinct; t++) {
      const most = degree - distinct + t;
      let place = below(most + 1);
      for (let s: u32 = 0; s < t; s++)
        if (load<u32>(row + (<usize>s << 2)) == place) {
          place = most;
          break;
        }
      store<u32>(row + (<usize>t << 2), place);
    }
    for (let t = distinct - 1; t > 0; t--) {
      const a = row + (<usize>t << 2), b = row + (<usize>below(t + 1) << 2), kept = load<u32>(a);
      store<u32>(a, load<u32>(b));
      store<u32>(b, kept);
    }
    for (let t = distinct; t < fanOut; t++) store<u32>(row + (<usize>t << 2), below(degree));
    for (let t: u32 = 0; t < fanOut; t++) {
      const at = row + (<usize>t << 2);
      store<u32>(at, load<u32>(indices + (<usize>(lo + load<u32>(at)) << 2)));
    }
  }
}
