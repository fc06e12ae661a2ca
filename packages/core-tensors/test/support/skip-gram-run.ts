import type { Kernels, Negatives, SkipGramRules } from "../../src/kernels/kernels.ts";
import { aliasTable } from "./alias-table.ts";
import type { Inputs } from "./work.ts";

/** The tables, sequences and choices of a skip-gram, in plain lists. */
export interface SkipGramCase {
  readonly sequences: readonly (readonly number[])[];
  /** [items][dim] */
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  /** Of items 0 …, what negatives are drawn by; items without one are never drawn. */
  readonly weights: readonly number[];
  readonly negatives?: number;
  readonly groups?: Negatives["groups"];
  readonly globals?: readonly number[];
  readonly rules?: Partial<Omit<SkipGramRules, "keep">>;
  readonly keep?: readonly number[];
  readonly first?: number;
}

export interface SkipGramResult {
  readonly inputs: number[][];
  readonly outputs: number[][];
  /** Per sequence. */
  readonly losses: number[];
  readonly pairs: number[];
}

/** Runs the kernel on copies: window 1, one negative and a constant rate of 2⁻¹⁰ unless the case says otherwise. */
export function runSkipGram(kernels: Kernels, on: Inputs, given: SkipGramCase): SkipGramResult {
  const { sequences, weights, keep, globals, groups, negatives = 1, first = 0 } = given;
  const dim = given.inputs[0].length;
  const tables = {
    inputs: on.numbers(given.inputs.flat()),
    outputs: on.numbers(given.outputs.flat()),
    dim,
  };
  const offsets = [0];
  for (const sequence of sequences) offsets.push(offsets[offsets.length - 1] + sequence.length);
  const { thresholds, aliases } = aliasTable(weights);
  const out = { losses: on.doubles(sequences.length), pairs: on.outputIds(sequences.length) };
  kernels.skipGram(
    out,
    tables,
    {
      tokens: on.copy(sequences.flat()),
      offsets: on.copy(offsets),
      globals: globals && on.copy(globals),
    },
    { count: negatives, thresholds: on.copy(thresholds), aliases: on.copy(aliases), groups },
    {
      window: 1,
      mode: "plain",
      rate: 2 ** -10,
      decay: 0,
      least: -1,
      deterministic: true,
      ...given.rules,
      keep: keep && on.copy(keep),
    },
    [31, 5],
    first,
  );
  return {
    inputs: rowsOf(tables.inputs, dim),
    outputs: rowsOf(tables.outputs, dim),
    losses: [...out.losses],
    pairs: [...out.pairs],
  };
}

export function rowsOf(table: Float32Array, dim: number): number[][] {
  return Array.from({ length: table.length / dim }, (_, n) => [
    ...table.subarray(n * dim, (n + 1) * dim),
  ]);
}

/** `rows` rows of zeros. */
export function zeros(rows: number, dim: number): number[][] {
  return Array.from({ length: rows }, () => new Array<number>(dim).fill(0));
}
