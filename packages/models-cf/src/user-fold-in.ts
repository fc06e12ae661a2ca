import {
  HeapIndices,
  heap,
  kernels,
  type Rng,
  Tensor,
  type UserFactorRules,
} from "@kith/core-tensors";
import { factorsOf, type UserFactorTables } from "./user-factor-tables.ts";

/** Passes over a history. */
const PASSES = 30;

export interface Newcomer {
  readonly history: Uint32Array;
  /** What each item of it is worth; undefined: 1. */
  readonly value: number | undefined;
  /** With the items frozen. */
  readonly rules: UserFactorRules;
  /** The same for everybody, so that nobody's vector depends on who else is asked for. */
  readonly rng: Rng;
}

/** Learns the one user of the tables from a history, beginning with zeros, in the scope of the caller. */
export function learnHistory(
  tables: UserFactorTables,
  { history, value, rules, rng }: Newcomer,
): void {
  const count = history.length;
  const numbers = [new Uint32Array(count), history, Uint32Array.of(0, count)];
  const owned = numbers.map((some) => new HeapIndices(some));
  const values = value === undefined ? undefined : Tensor.from(new Float32Array(count).fill(value));
  const lossesAt = heap().allocate(count * 8);
  try {
    tables.users.data.fill(0);
    tables.userBias?.data.fill(0);
    const [users, items, offsets] = owned.map(({ data }) => data);
    const itemCount = tables.items.rows;
    const pairs = { users, items, values: values?.data, seen: { offsets, items }, itemCount };
    const losses = heap().float64(lossesAt, count);
    for (let pass = 0; pass < PASSES; pass++)
      kernels().userFactors(losses, factorsOf(tables), pairs, rules, rng.fork(pass).key, 0);
  } finally {
    heap().free(lossesAt);
    for (const indices of owned) indices.dispose();
  }
}
