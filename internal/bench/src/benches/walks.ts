import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { heap, Rng, useBackend } from "@kith/core-tensors";
import { pairGraph, writeEdges } from "@kith/graph";
import { RandomWalks } from "@kith/sampling";
import type { Bench } from "../bench.ts";
import { interleaved } from "../measure.ts";
import { pythonWith, runPeer, withFolder } from "../peers.ts";
import { syntheticPairs } from "../synthetic-graph.ts";

/** What peers reached on such a graph on 2 cores: walks/s of PecanPy 2 with numba, 2 threads. */
const PUBLISHED = {
  "first order": 1.95e6,
  "p 0.5, q 2 precomputed": 0.59e6,
  "p 0.5, q 2 on the fly": 58e3,
};
const LENGTH = 10;

/** Walks of both orders on one thread and two, beside PecanPy where it is installed. */
export const walksBench: Bench = {
  name: "walks",
  about:
    "random walks of 10 nodes over 100,000 nodes and 993,256 weighted edges: first order, node2vec",
  async run({ flags, log }) {
    const pairs = syntheticPairs({ nodes: 100_000, pairs: 993_256, community: 100 }, new Rng(1));
    const { graph } = pairGraph(pairs);
    const before = heap().allocated;
    const kinds = { "first order": { p: 1, q: 1 }, "p 0.5, q 2": { p: 0.5, q: 2 } };
    const makers = Object.entries(kinds).map(([kind, { p, q }]) => {
      const started = performance.now();
      const walks = new RandomWalks(
        graph,
        { walksPerNode: 1, walkLength: LENGTH, p, q },
        new Rng(2),
      );
      return { kind, walks, setUp: (performance.now() - started) / 1000 };
    });
    const graphBytes = (heap().allocated - before) / makers.length;
    const run = (walks: RandomWalks) => {
      for (const _ of walks.chunks(2 ** 20));
    };
    const contenders = [1, 2].flatMap((threads) =>
      makers.map(({ kind, walks }) => ({
        name: `${kind}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
        prepare: () => useBackend({ threads }),
        run: () => run(walks),
      })),
    );
    const timings = await interleaved(contenders, { rounds: 5, runs: 3 });
    const perSecond = Object.fromEntries(
      Object.entries(timings).map(([name, { median }]) => [
        name,
        makers[0].walks.sequences / (median / 1000),
      ]),
    );
    for (const { walks } of makers) walks.dispose();

    const python = pythonWith("pecanpy", flags.python);
    const peers: Record<string, number> = {};
    if (python) {
      await withFolder(async (folder) => {
        const file = join(folder, "edges.tsv");
        const out = createWriteStream(file);
        let isHeader = true;
        for (const chunk of writeEdges(graph, pairs.items)) {
          const text = new TextDecoder().decode(chunk);
          out.write(isHeader ? text.slice(text.indexOf("\n") + 1) : text);
          isHeader = false;
        }
        out.end();
        await once(out, "finish");
        for (const mode of ["FirstOrderUnweighted", "SparseOTF", "PreComp"]) {
          log(`PecanPy ${mode} …`);
          const args = [file, mode, "2", String(LENGTH)];
          const { walksPerSecond } = runPeer<{ walksPerSecond: number }>(
            python,
            "pecanpy_walks.py",
            args,
          );
          peers[`PecanPy ${mode}, 2 threads`] = walksPerSecond;
        }
      });
    } else log("PecanPy is not installed: its published figures stand beside ours");
    return {
      metrics: {
        nodes: graph.rows,
        edges: graph.indices.length / 2,
        length: LENGTH,
        seed: 1,
        walksPerSecond: perSecond,
        graphBytes,
        setUpSeconds: Object.fromEntries(makers.map(({ kind, setUp }) => [kind, setUp])),
        peers,
        published: PUBLISHED,
      },
      rows: [...Object.entries(perSecond), ...Object.entries(peers)].map(([name, value]) => ({
        walks: name,
        "walks/s": Math.round(value).toLocaleString("en-US"),
      })),
    };
  },
};
