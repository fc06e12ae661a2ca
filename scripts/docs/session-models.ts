// docs/benchmarks/session-models.md and its picture, from what the benches of session models have kept in internal/bench/results.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svgFigure } from "../../apps/cli/src/plots/svg.ts";
import { AUTHORS } from "../../internal/bench/src/benches/gru4rec-seeds.ts";
import type { SessionPoint } from "../../internal/bench/src/session-curve.ts";
import type { Kept } from "./graph-models-result.ts";
import { says, table, whole } from "./page-parts.ts";
import type {
  Gru4RecSeeds,
  SessionFindings,
  SessionLatency,
  SessionModels,
  SessionSpeed,
} from "./session-models-result.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/benchmarks");
const file = (bench: string) => join(root, "internal/bench/results", `${bench}.json`);
const kept = <Metrics>(bench: string): Kept<Metrics> =>
  JSON.parse(readFileSync(file(bench), "utf8"));

const { metrics: all } = kept<SessionModels>("session-models");
const { metrics: seeds } = kept<Gru4RecSeeds>("gru4rec-seeds");
const { metrics: speed, environment } = kept<SessionSpeed>("session-speed");
const { metrics: latency } = kept<SessionLatency>("session-latency");
/** Parts of the findings that have been measured. */
const parts = ["cells", "layers", "losses", "inputs", "wide", "wide-lstm"].filter((part) =>
  existsSync(file(`session-findings-${part}`)),
);
const findings = parts.map((part) => kept<SessionFindings>(`session-findings-${part}`).metrics);
const epochsOf = (part: string, n: number) =>
  findings[n].epochs === findings[0].epochs ? part : `${part} --epochs ${findings[n].epochs}`;
/** Recall@20 of a row after so many epochs; the default is the table's last. */
const found = (name: string, epoch: number = findings[0].epochs): number => {
  const row = findings.map(({ models }) => models[name]).find((one) => one !== undefined);
  const point = row?.points[epoch - 1];
  if (!point) throw new Error(`no ${name} after ${epoch} epochs has been measured`);
  return point["recall@20"];
};

const WHEN_NOT: Readonly<Record<string, string>> = {
  SessionPopularity: "wherever anything is known of the session",
  "S-POP": "where people look for something new",
  "item-KNN": "where order matters",
  "Markov chain": "small data: a click that was seen once foretells one item",
  "S-KNN": "for quality: V-SKNN costs the same",
  "V-SKNN": "where what comes right next matters more than what belongs there",
  STAN: "millions of sessions on one machine: an answer looks at thousands of them",
  NARM: "long sessions: it reads the latest 19 clicks",
  GRU4Rec: "some thousand sessions: STAN needs none of them to learn",
  "GRU4Rec, BPR-max": "without tuning: its steps are smaller, and it wants its penalty right",
};

const metric = (value: number) => value.toFixed(4);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const best = (points: readonly SessionPoint[]) =>
  points.reduce((most, point) => (point["recall@20"] > most["recall@20"] ? point : most));
const last = (points: readonly SessionPoint[]) => points[points.length - 1];

const modelRows = [
  ...Object.entries(all.models).map(([name, points]) => [
    name,
    metric(best(points)["recall@20"]),
    metric(best(points)["mrr@20"]),
    points.length > 1 ? `${best(points).epoch}` : "",
    last(points).tieRate > 0.005 ? `${Math.round(100 * last(points).tieRate)} %` : "",
    WHEN_NOT[name] ?? "",
  ]),
  ...Object.entries(all.published).map(([name, found]) => [
    `_${name}_`,
    metric(found["recall@20"]),
    metric(found["mrr@20"]),
    "",
    "",
    "",
  ]),
];
const gru = all.models.GRU4Rec;
const third = gru[2];
const authors = AUTHORS["cross-entropy"];
const narm = best(all.models.NARM);
const markov = last(all.models["Markov chain"]);

const runs = (loss: string, key: "recall@20" | "mrr@20", epochs: number = seeds.epochs) =>
  seeds.losses[loss].map(({ points }) => points[epochs - 1][key]);
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1));
const spread = (values: readonly number[]) =>
  `${metric(mean(values))} ± ${metric(deviation(values))}`;

const findingRows = findings.flatMap(({ models }) =>
  Object.entries(models).map(([name, { points }]) => [
    name,
    ...Array.from({ length: findings[0].epochs }, (_, n) =>
      points[n] ? metric(points[n]["recall@20"]) : "",
    ),
    metric(last(points)["mrr@20"]),
    whole(median(points.map((point) => point.eventsPerSecond))),
  ]),
);
const speedRows = Object.entries(speed.gru4rec).map(([name, { ours, authors }]) => [
  name,
  whole(median(ours)),
  authors.length > 0 ? whole(median(authors)) : "",
  authors.length > 0 ? (median(ours) / median(authors)).toFixed(1) : "",
]);
const heaps = gru.map((point) => point.heapMiB);

/** What a thousand units change, where that was measured. */
function wideSentence(): string {
  if (!parts.includes("wide")) return "";
  const [wide, narrow] = [found("GRU, 1000 units", 1), found("GRU, reset gate after", 1)];
  const rnn = `a plain RNN ${metric(found("RNN, 1000 units", 1))} against ${metric(found("RNN", 1))}`;
  return `- A thousand units instead of a hundred, after one epoch: a GRU is at ${metric(wide)} against ${metric(narrow)}, ${rnn}, at ten times the work and more (these rows: steps of 0.05, no momentum).\n`;
}

mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, "session-models.svg"),
  svgFigure({
    title: "yoochoose 1/64: Recall@20 by epoch",
    panels: [
      {
        x: { label: "epoch", isWhole: true },
        y: { label: "Recall@20" },
        series: ["GRU4Rec", "GRU4Rec, BPR-max", "NARM"].map((name) => ({
          name,
          points: all.models[name].map((point) => [point.epoch, point["recall@20"]] as const),
        })),
      },
    ],
  }),
);

writeFileSync(
  join(folder, "session-models.md"),
  `# Session models compared

All recommenders of [@kith/models-rnn](../../packages/models-rnn) on yoochoose 1/64, in its published split: ${whole(all.trainSessions)} sessions to learn from, ${whole(all.testSessions)} to ask for, ${whole(all.items)} items. After every click but the last of a test session all items are ranked,
those of the session included: ${whole(last(gru).events)} events. Ties count against the model. \`npm run bench -- session-models\`

${table(["model", "Recall@20", "MRR@20", "epoch", "ties", "when not"], modelRows)}

Each at its best of some epochs, seed ${all.seed}; the last rows are what others have published. "Ties" is the share of events whose item has the score of others.

![Recall@20 of GRU4Rec, GRU4Rec with BPR-max and NARM by epoch](session-models.svg)

- ${says(third["recall@20"] >= 0.69 && third["mrr@20"] >= 0.3, `GRU4Rec with its authors' published options, which are our defaults, is at ${metric(third["recall@20"])} / ${metric(third["mrr@20"])} after three epochs; their PyTorch code at ${metric(authors["recall@20"])} / ${metric(authors["mrr@20"])}.`)}
- ${says(best(all.models["GRU4Rec, BPR-max"])["recall@20"] > 0.7, `With BPR-max and smaller steps it passes 0.70.`)}
- ${says(narm["recall@20"] >= 0.683 && narm["mrr@20"] >= 0.286, `NARM reaches ${metric(narm["recall@20"])} / ${metric(narm["mrr@20"])}; published are .6832 / .2863.`)}
- ${says(markov["recall@20"] > 0.63, `A first-order Markov chain is at ${metric(markov["recall@20"])} / ${metric(markov["mrr@20"])}: a GRU4Rec below that, such as the often quoted .6064 / .2289, is not GRU4Rec.`)}
- ${says(last(all.models.STAN)["recall@20"] > 0.68, `STAN, which learns nothing, is at ${metric(last(all.models.STAN)["recall@20"])} / ${metric(last(all.models.STAN)["mrr@20"])}.`)}

## Seeds

After ${seeds.epochs} epochs, mean ± standard deviation over seeds ${seeds.losses["cross-entropy"].map(({ seed }) => seed).join(", ")}. \`npm run bench -- gru4rec-seeds\`

${table(
  ["loss", "Recall@20", "MRR@20"],
  Object.keys(seeds.losses).map((loss) => [
    loss,
    spread(runs(loss, "recall@20")),
    spread(runs(loss, "mrr@20")),
  ]),
)}

The authors' PyTorch code with the same options, run once each, beside ours after as many epochs:

${table(
  ["loss", "epochs", "authors, Recall@20", "MRR@20", "ours, Recall@20", "MRR@20"],
  Object.entries(AUTHORS).map(([loss, found]) => [
    loss,
    `${found.epochs}`,
    metric(found["recall@20"]),
    metric(found["mrr@20"]),
    spread(runs(loss, "recall@20", found.epochs)),
    spread(runs(loss, "mrr@20", found.epochs)),
  ]),
)}

## The paper's findings, once more

Is a GRU better than an LSTM or a plain RNN, one layer better than two, are ranking losses better than cross-entropy? Cross-entropy with the default options but batches of 128, where the row does not say otherwise. \`npm run bench -- session-findings --part …\` with ${parts.map((part, n) => `\`${epochsOf(part, n)}\``).join(", ")}

${table(
  [
    "",
    ...Array.from({ length: findings[0].epochs }, (_, n) => `Recall@20, epoch ${n + 1}`),
    "MRR@20",
    "events/s",
  ],
  findingRows,
)}

- ${says(found("GRU, reset gate after") > found("RNN") + 0.01, `Gates help: a plain RNN stays behind. Whether they are a GRU's or an LSTM's matters less, and here the LSTM is ahead (${metric(found("LSTM"))} against ${metric(found("GRU, reset gate after"))}), where the paper has the GRU ahead.`)}
- ${says(found("GRU, two layers that read the item") < found("GRU, reset gate after") - 0.03, "One layer is better than two, as in the paper, and of two it helps when the second reads the item, too. Two layers learn more slowly; what they reach with more epochs this table does not say.")}
- ${says(found("BPR-max") > found("GRU, reset gate after") && found("BPR") < found("GRU, reset gate after") && found("TOP1") < found("BPR"), "The max losses are as good as cross-entropy or better; the paper's BPR and TOP1, which weigh all negatives alike, are far behind them with 2,048 of these.")}
- ${says(found("GRU, reset gate after") > found("GRU, reset gate before"), "The reset gate after the product, as PyTorch has it, learns faster than before it, as in the paper: the published figure needs it (DESIGN.md).")}
${wideSentence()}
Events/s of this table were taken while the machine did other things, too.

## Speed

Clicks trained on in a second on yoochoose 1/64, ours and the authors' PyTorch code with the same options in turn, ${speed.rounds} rounds of ${speed.seconds} seconds, medians, on ${environment.cores} cores (${environment.cpu}, Node ${environment.node}, ${environment.backend.kernels}, ${environment.backend.threads} threads). \`npm run bench -- session-speed --authors <folder>\`

${table(["GRU4Rec, 100 units, 2048 negatives", "events/s", "authors' PyTorch", "ratio"], speedRows)}

NARM trains on ${whole(median(speed.narm.ours))} prefixes a second; a PyTorch port was measured at ${whole(speed.narm.port)} on another machine of two cores.
The ${whole(last(gru).events)} test events are ranked in ${Math.min(...gru.map((point) => point.evaluationSeconds)).toFixed(1)} s.

## A server

From a click to the twenty next items of one of ${whole(latency.sessions)} sessions under way, ${whole(latency.clicks)} clicks. \`npm run bench -- session-latency\`

${table(
  ["model", "items", "p50, ms", "p95, ms", "p99, ms"],
  Object.entries(latency.latencies).map(([model, { items, p50, p95, p99 }]) => [
    model,
    whole(items),
    p50.toFixed(2),
    p95.toFixed(2),
    p99.toFixed(2),
  ]),
)}

## Memory

${says(Math.max(...heaps.slice(1)) <= heaps[1], `The heap of kernels and tensors holds ${heaps[0]} MiB after GRU4Rec's first epoch and ${heaps[heaps.length - 1]} MiB after its last.`)}
`,
);
