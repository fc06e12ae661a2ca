import { backendInfo, useBackend } from "@kith/core-tensors";
import { GRU4Rec, type Gru4RecOptions, NARM } from "@kith/models-rnn";
import type { Bench } from "../bench.ts";
import { readySessions } from "../data-sets.ts";
import { median } from "../measure.ts";
import { pythonWith, runPeer } from "../peers.ts";
import { BPR_MAX } from "../session-recipes.ts";

const CASES: Readonly<Record<string, Gru4RecOptions>> = {
  "cross-entropy, batch 32": {},
  "cross-entropy, batch 128": { batchSize: 128 },
  "bpr-max, batch 32": BPR_MAX,
  "bpr-max, batch 128": { ...BPR_MAX, batchSize: 128 },
};
/** What the PyTorch port of NARM was measured at on a machine of two cores. */
const NARM_PORT = 1024;

/** Clicks trained on in a second, ours and, where the authors' code is at hand, theirs, in turn. */
export const sessionSpeedBench: Bench = {
  name: "session-speed",
  about:
    "events/s of GRU4Rec and examples/s of NARM on yoochoose 1/64; --authors <folder of the authors' PyTorch code> --rounds 3 measures both in turn",
  async run({ data, flags, log }) {
    const split = await readySessions(data);
    if (!split)
      return { metrics: {}, skipped: "KITH_DATA names no folder that holds yoochoose1_64" };
    await useBackend({ threads: 2 });
    const rounds = Number(flags.rounds ?? 3);
    const seconds = Number(flags.seconds ?? 15);
    const python = flags.authors && pythonWith("torch, pandas", flags.python);
    if (flags.authors && !python)
      log("no Python with torch and pandas: the authors' code is not measured");
    const { train } = split;
    const speeds: Record<string, { ours: number[]; authors: number[] }> = {};
    for (let round = 0; round < rounds; round++)
      for (const [name, options] of Object.entries(CASES)) {
        speeds[name] ??= { ours: [], authors: [] };
        speeds[name].ours.push(await eventsPerSecond(new GRU4Rec(options), train, seconds));
        if (python && flags.authors) {
          const { loss = "cross-entropy", batchSize = 32 } = options;
          const args = [flags.authors, `${data}/yoochoose1_64/train_sessions.tsv.gz`];
          const more = [loss, String(batchSize), String(seconds)];
          const peer = runPeer<{ eventsPerSecond: number }>(python, "gru4rec.py", [
            ...args,
            ...more,
          ]);
          speeds[name].authors.push(peer.eventsPerSecond);
        }
        log(`${name}: ${JSON.stringify(speeds[name])}`);
      }
    const narm: number[] = [];
    for (let round = 0; round < rounds; round++)
      narm.push(await eventsPerSecond(new NARM(), train, seconds));
    const rows = Object.entries(speeds).map(([name, { ours, authors }]) => ({
      case: name,
      "events/s": Math.round(median(ours)),
      "authors' PyTorch": authors.length > 0 ? Math.round(median(authors)) : "",
      ratio: authors.length > 0 ? (median(ours) / median(authors)).toFixed(1) : "",
    }));
    return {
      metrics: {
        rounds,
        seconds,
        backend: backendInfo().kernels,
        gru4rec: speeds,
        narm: { ours: narm, port: NARM_PORT, ratio: median(narm) / NARM_PORT },
      },
      rows: [
        ...rows,
        {
          case: "NARM, examples/s",
          "events/s": Math.round(median(narm)),
          "authors' PyTorch": "",
          ratio: "",
        },
      ],
    };
  },
};

/** Of training for so many seconds, the first two left out. */
async function eventsPerSecond(
  model: GRU4Rec | NARM,
  data: Parameters<GRU4Rec["fit"]>[0],
  seconds: number,
): Promise<number> {
  const controller = new AbortController();
  const samples: { at: number; done: number }[] = [];
  const started = performance.now();
  const events = data.tokens - data.sequences;
  await model
    .fit(data, {
      signal: controller.signal,
      onProgress({ done, epoch }) {
        const at = (performance.now() - started) / 1000;
        if (at > 2) samples.push({ at, done: epoch - 1 + done });
        if (at > 2 + seconds) controller.abort(new Error("measured"));
      },
    })
    .catch((error: unknown) => {
      if ((error as Error).message !== "measured") throw error;
    });
  model.dispose();
  const [first, last] = [samples[0], samples[samples.length - 1]];
  return (events * (last.done - first.done)) / (last.at - first.at);
}
