/**
 * Reads a generated CSV of five million rows (140,000 users, 27,000 items, rating, timestamp) and says how long that took.
 *
 *   npx tsx --conditions=@kith/source bench/read.bench.ts [rows] [runs]
 *
 * The file is made once, in the temporary directory of the system, and stays there for the next run.
 */
import { createReadStream, existsSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rng } from "@kith/core-tensors";
import { readInteractions } from "../src/index.ts";

const rows = Number(process.argv[2] ?? 5_000_000);
const runs = Number(process.argv[3] ?? 5);
const file = join(tmpdir(), `kith-read-bench-${rows}.csv`);
if (!existsSync(file)) generate(file, rows);

const seconds: number[] = [];
for (let run = 0; run < runs; run++) {
  const start = performance.now();
  const { data } = await readInteractions(createReadStream(file, { highWaterMark: 1 << 20 }), {
    name: file,
  });
  seconds.push((performance.now() - start) / 1000);
  if (data.length !== rows) throw new Error(`expected ${rows} rows, got ${data.length}`);
}
seconds.sort((a, b) => a - b);
console.log(
  `${rows} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB: median ${seconds[runs >> 1].toFixed(2)} s, ` +
    `from ${seconds[0].toFixed(2)} to ${seconds[runs - 1].toFixed(2)} s in ${runs} runs; ` +
    `peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
);

function generate(path: string, length: number): void {
  const rng = new Rng(42);
  const out = openSync(`${path}.part`, "w");
  let lines = ["user_id,item_id,rating,timestamp"];
  for (let row = 1; row <= length; row++) {
    const user = rng.below(140_000);
    const item = Math.floor(27_000 * rng.next() ** 3); // a few items are popular
    const rating = (1 + rng.below(10)) / 2;
    lines.push(`${user},${item},${rating},${1_000_000_000 + rng.below(500_000_000)}`);
    if (row % 100_000 === 0 || row === length) {
      writeSync(out, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  renameSync(`${path}.part`, path);
}
