import { OptionError, useBackend } from "@kith/core-tensors";
import { GRU4Rec, type Gru4RecOptions } from "@kith/models-rnn";
import type { Bench } from "../bench.ts";
import { readySessions } from "../data-sets.ts";
import { type SessionPoint, sessionCurve, sessionRow } from "../session-curve.ts";
import { BPR_MAX } from "../session-recipes.ts";

/** Of all: larger batches than the default, which are twice as fast and compare the same things. */
const BASE: Gru4RecOptions = { batchSize: 128 };
/** Wide layers want smaller steps. */
const WIDE: Gru4RecOptions = { layers: [1000], learningRate: 0.05, momentum: 0 };

/** What is compared, in parts that can be measured one by one. */
const PARTS: Readonly<Record<string, Readonly<Record<string, Gru4RecOptions>>>> = {
  cells: {
    "GRU, reset gate after": {},
    "GRU, reset gate before": { reset: "before" },
    LSTM: { cell: "lstm" },
    RNN: { cell: "rnn" },
  },
  layers: {
    "GRU, two layers": { layers: [100, 100] },
    "GRU, two layers that read the item": { layers: [100, 100], deepInput: true },
    "LSTM, two layers": { cell: "lstm", layers: [100, 100] },
    "RNN, two layers": { cell: "rnn", layers: [100, 100] },
  },
  losses: {
    "BPR-max": BPR_MAX,
    "TOP1-max": { ...BPR_MAX, loss: "top1-max" },
    BPR: { ...BPR_MAX, loss: "bpr" },
    TOP1: { ...BPR_MAX, loss: "top1" },
  },
  inputs: {
    "separate embedding": { embedding: "separate" },
    "one-hot": { embedding: "one-hot" },
    "weighted one-hot": { embedding: "one-hot", input: "weighted" },
  },
  wide: { "GRU, 1000 units": WIDE, "RNN, 1000 units": { ...WIDE, cell: "rnn" } },
  "wide-lstm": { "LSTM, 1000 units": { ...WIDE, cell: "lstm" } },
};

/** The findings of the paper, once more. */
export const sessionFindingsBench: Bench = {
  name: "session-findings",
  about: `cells, layers, units, losses and inputs of GRU4Rec on yoochoose 1/64 for --epochs 3; --part ${Object.keys(PARTS).join("|")}`,
  async run({ data, flags, log }) {
    const split = await readySessions(data);
    if (!split)
      return { metrics: {}, skipped: "KITH_DATA names no folder that holds yoochoose1_64" };
    const { part = "cells" } = flags;
    if (!Object.hasOwn(PARTS, part))
      throw new OptionError(
        "session-findings",
        "part",
        `must be one of ${Object.keys(PARTS).join(", ")}, got ${part}`,
      );
    await useBackend({ threads: 2 });
    const seed = Number(flags.seed ?? 42);
    const epochs = Number(flags.epochs ?? 3);
    const models: Record<string, { options: Gru4RecOptions; points: readonly SessionPoint[] }> = {};
    for (const [name, options] of Object.entries(PARTS[part])) {
      const model = new GRU4Rec({ ...BASE, ...options, epochs, seed });
      const points = await sessionCurve(model, split, (line) => log(`${name} – ${line}`));
      models[name] = { options: { ...BASE, ...options }, points };
      model.dispose();
    }
    return {
      metrics: { seed, epochs, models },
      rows: Object.entries(models).map(([name, { points }]) => sessionRow(name, points)),
      variant: part,
    };
  },
};
