// What a target is told from: items drawn from an alias table, and others of its group.
import { setOutput } from "./step-memory";
import { below, next } from "./stream";

let vocabulary: u32 = 0, thresholds: usize = 0, aliases: usize = 0;
let groupOf: usize = 0, groupOffsets: usize = 0, groupItems: usize = 0;

/** Says what to draw from, before a kernel draws. */
export function useItems(size: u32, tableThresholds: usize, tableAliases: usize): void {
  vocabulary = size; thresholds = tableThresholds; aliases = tableAliases;
}

/** Item i is of group of[i], whose items are items[offsets[g] … offsets[g + 1]). */
export function useGroups(groups: usize, offsets: usize, items: usize): void {
  groupOf = groups; groupOffsets = offsets; groupItems = items;
}

/** One item of the vocabulary. */
@inline export function drawItem(): u32 {
  const item = below(vocabulary);
  return next() < load<u32>(thresholds + (<usize>item << 2)) ? item : load<u32>(aliases + (<usize>item << 2));
}

/** Sets outputs m … to the rows of `table` drawn for a target, without those that equal it; returns the number set in all. */
export function drawNegatives(scratch: usize, m: usize, target: u32, count: u32, table: usize, rowBytes: usize): usize {
  for (let n: u32 = 0; n < count; n++) {
    const item = drawItem();
    if (item != target) setOutput(scratch, m++, table + <usize>item * rowBytes);
  }
  return m;
}

/** The same from the target's group. */
export function drawFromGroup(scratch: usize, m: usize, target: u32, count: u32, table: usize, rowBytes: usize): usize {
  if (count == 0) return m;
  const group = <usize>load<u32>(groupOf + (<usize>target << 2));
  const lo = load<u32>(groupOffsets + (group << 2)), size = load<u32>(groupOffsets + (group << 2), 4) - lo;
  for (let n: u32 = 0; n < count; n++) {
    const item = load<u32>(groupItems + (<usize>(lo + below(size)) << 2));
    if (item != target) setOutput(scratch, m++, table + <usize>item * rowBytes);
  }
  return m;
}
