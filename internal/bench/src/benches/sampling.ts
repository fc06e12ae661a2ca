import { Rng, useBackend } from "@kith/core-tensors";
import { Interactions, Vocabulary } from "@kith/data";
import { TripleSampler } from "@kith/sampling";
import type { Bench } from "../bench.ts";
import { interleaved } from "../measure.ts";

/** An epoch's triples, on data of Gowalla's size. */
export const samplingBench: Bench = {
  name: "sampling",
  about: "an epoch of 810,128 (user, liked, unseen) triples over 29,858 users and 40,981 items",
  async run() {
    const [users, items, pairs] = [29_858, 40_981, 810_128];
    const rng = new Rng(1);
    const data = Interactions.fromColumns({
      users: Vocabulary.from(Array.from({ length: users }, (_, user) => user)),
      items: Vocabulary.from(Array.from({ length: items }, (_, item) => item)),
      user: Uint32Array.from({ length: pairs }, () => Math.floor(users * rng.next() ** 2)),
      item: Uint32Array.from({ length: pairs }, () => Math.floor(items * rng.next() ** 2)),
    });
    const sampler = new TripleSampler(data, rng);
    let epoch = 0;
    const run = () => sampler.epoch(++epoch);
    const contenders = [
      { name: "plain JavaScript", prepare: () => useBackend({ kernels: "js" }), run },
      { name: "1 thread", prepare: () => useBackend({ threads: 1 }), run },
      { name: "2 threads", prepare: () => useBackend({ threads: 2 }), run },
    ];
    const timings = await interleaved(contenders, { rounds: 5, runs: 3 });
    return {
      metrics: { triples: sampler.length, milliseconds: timings },
      rows: Object.entries(timings).map(([name, { median, least, most }]) => ({
        with: name,
        "median ms": median.toFixed(1),
        "range ms": `${least.toFixed(1)} – ${most.toFixed(1)}`,
      })),
    };
  },
};
