import { useBackend, heap } from "@kith/core-tensors";
import { NGCF } from "@kith/models-gnn";
import { readySplit } from "./data-sets.ts";
const split = (await readySplit(process.env.KITH_DATA, "gowalla"))!;
await useBackend();
const { totals } = await import("./timer.ts");
const model = new NGCF({ epochs: 1 });
const controller = new AbortController();
let t0 = performance.now();
let last = 0;
try {
  await model.fit(split.train, { signal: controller.signal, onProgress: ({ done, loss }) => {
    const s = (performance.now() - t0) / 1000;
    if (last === 0) { t0 = performance.now(); last = done; return; }
    console.log(done.toFixed(4), loss.toFixed(4), s.toFixed(1), "s -> epoch", (s / (done - last)).toFixed(0), "s", "heap", (heap().peak / 2 ** 20).toFixed(0));
    if (s > 25) controller.abort(new Error("enough"));
  }});
} catch (e) { console.log(String(e)); }

for (const [n,[ms,c]] of [...totals].sort((a,b)=>b[1][0]-a[1][0]).slice(0,20)) console.log(n, ms.toFixed(0), c, (ms/c).toFixed(2));
