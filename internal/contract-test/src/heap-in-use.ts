import { heap, trimArena } from "@kith/core-tensors";

/** Bytes of the heap that somebody still holds; temporary memory, which the next scope uses again, is given back first. */
export function heapInUse(): number {
  trimArena();
  return heap().allocated;
}
