import { createReadStream, existsSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rng } from "@kith/core-tensors";
import { readInteractions } from "@kith/data";
import type { Bench } from "../bench.ts";
import { median } from "../measure.ts";

/** A generated CSV of many rows, read and factorised. */
export const readersBench: Bench = {
  name: "readers",
  about: "reads and factorises a CSV of 5,000,000 rows (--rows n) with rating and timestamp",
  async run({ flags }) {
    const rows = Number(flags.rows ?? 5_000_000);
    const file = join(tmpdir(), `kith-read-bench-${rows}.csv`);
    if (!existsSync(file)) generate(file, rows);
    const seconds: number[] = [];
    for (let run = 0; run < 5; run++) {
      const started = performance.now();
      const source = createReadStream(file, { highWaterMark: 1 << 20 });
      const { data } = await readInteractions(source, { name: file });
      seconds.push((performance.now() - started) / 1000);
      if (data.length !== rows) throw new Error(`expected ${rows} rows, got ${data.length}`);
    }
    const bytes = statSync(file).size;
    return {
      metrics: { rows, bytes, seconds },
      rows: [
        {
          rows,
          MB: Math.round(bytes / 1e6),
          "median s": median(seconds).toFixed(2),
          "least s": Math.min(...seconds).toFixed(2),
        },
      ],
    };
  },
};

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
