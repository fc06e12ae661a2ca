import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { readSequences } from "@kith/data";
import { evaluateNextItem } from "@kith/recommender";
import { SessionBatches } from "@kith/sampling";
import { MarkovChain, SPop } from "../src/index.ts";

const folder = join(process.env.KITH_DATA ?? "", "yoochoose1_64");
const isThere = process.env.KITH_DATA !== undefined && existsSync(folder);
const title = isThere
  ? "on yoochoose 1/64"
  : "on yoochoose 1/64 (skipped: KITH_DATA names no folder with it)";

(isThere ? describe : describe.skip)(title, () => {
  const read = async (part: string) =>
    (
      await readSequences(createReadStream(join(folder, `${part}_sessions.tsv.gz`)), {
        name: `${part}.tsv.gz`,
      })
    ).data;

  test("there are as many events as published, and a Markov chain is where others have measured it", async () => {
    const [train, test] = [await read("train"), await read("test")];
    let events = 0;
    for (const { inputs } of new SessionBatches(train, 32).epoch()) events += inputs.length;
    expect(events).toBe(369_859);
    const chain = await evaluateNextItem(await new MarkovChain().fit(train), test);
    expect(chain.events).toBe(55_400);
    expect(Math.abs(chain.metrics["recall@20"] - 0.65)).toBeLessThan(0.01);
    expect(Math.abs(chain.metrics["mrr@20"] - 0.297)).toBeLessThan(0.005);
    const popular = await evaluateNextItem(await new SPop().fit(train), test);
    expect(popular.metrics["recall@20"]).toBeLessThan(chain.metrics["recall@20"] / 2);
  });
});
