// docs/benchmarks/graph-models.md and its pictures, from what the benches of graph models have kept in internal/bench/results.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../../apps/cli/src/plots/figure.ts";
import { svgFigure } from "../../apps/cli/src/plots/svg.ts";
import type {
  Convergence,
  Cora,
  Curves,
  EpochTimes,
  GraphGowalla,
  GraphModels,
  Kept,
  LargeGraph,
  LightGCNFast,
  Point,
} from "./graph-models-result.ts";
import { says, table, whole } from "./page-parts.ts";
import { svgScatter } from "./scatter.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/benchmarks");
const kept = <Metrics>(bench: string): Kept<Metrics> =>
  JSON.parse(readFileSync(join(root, "internal/bench/results", `${bench}.json`), "utf8"));

const { metrics: demo, environment } = kept<GraphModels>("graph-models");
const { metrics: gowalla } = kept<GraphGowalla>("graph-gowalla");
const { metrics: fast } = kept<LightGCNFast>("lightgcn-fast");
const { metrics: race } = kept<Convergence>("convergence");
const { metrics: epochTimes } = kept<EpochTimes>("epoch-times");
const { metrics: cora } = kept<Cora>("cora");
const { metrics: large } = kept<LargeGraph>("large-graph");

const WHEN_NOT: Readonly<Record<string, string>> = {
  "MF (LightGCN, K = 0)": "where interactions are few: neighbours help",
  LightGCN: "items that nobody has, order, ratings that say dislike",
  "LightGCN, learned layer weights": "no gain in these figures, and a little slower",
  XSimGCL: "a second loss to tune; with softmax and a small catalogue it adds little",
  GCN: "without features: LightGCN does it with less",
  NGCF: "for the best ranking; it is here to be compared with",
  GAT: "where time matters: a softmax over all edges in each layer",
  GraphSAGE: "graphs that a full-graph model takes",
  PinSage: "when a user is more than the sum of their items",
};

const best = (points: readonly Point[]) =>
  points.reduce((most, point) => (point["recall@20"] > most["recall@20"] ? point : most));
const last = (points: readonly Point[]) => points[points.length - 1];
/** Of the seconds of epochs: a machine that does something else for a while moves it little. */
const median = (points: readonly Point[]) => {
  const seconds = points.map((point) => point.seconds).sort((a, b) => a - b);
  return seconds[seconds.length >> 1];
};
const metric = (value: number) => value.toFixed(4);
const mebibytes = ({ peakHeapMiB, heapMiB }: Point) => whole(peakHeapMiB ?? heapMiB ?? 0);
const curve = (points: readonly Point[]) =>
  points.map((point) => [point.epoch, point["recall@20"]] as const);

const HEAD = ["model", "Recall@20", "NDCG@20", "epochs to it", "of", "s / epoch", "peak heap, MiB"];
const rowsOf = (models: Curves) =>
  Object.entries(models).map(([name, points]) => [
    name,
    metric(best(points)["recall@20"]),
    metric(best(points)["ndcg@20"]),
    `${best(points).epoch}`,
    `${last(points).epoch}`,
    median(points).toFixed(1),
    mebibytes(last(points)),
    WHEN_NOT[name] ?? "",
  ]);

/** LightGCN's own bench has it already. */
const onGowalla: Curves = { "LightGCN, softmax": fast.epochs, ...gowalla.models };
const xsimgcl = best(gowalla.models.XSimGCL);
const lightgcn = best(fast.epochs);
const minutes = (points: readonly Point[]) =>
  ((best(points).epoch * median(points)) / 60).toFixed(1);
const atEnd = (name: string) => last(race.curves[name])["recall@20"];
const { seconds, timesAsFast } = epochTimes;

const figures: Readonly<Record<string, Figure>> = {
  convergence: {
    title: "Gowalla: Recall@20 by epoch",
    panels: [
      {
        x: { label: "epoch", isWhole: true },
        y: { label: "Recall@20" },
        series: ["NGCF", "LightGCN", "MF-BPR"].map((name) => ({
          name,
          points: curve(race.curves[name]),
        })),
      },
    ],
  },
  layers: {
    title: "Embedded data: Recall@20 by epoch and number of layers",
    panels: ["LightGCN", "NGCF"].flatMap((model) =>
      [
        [0, 1, 2],
        [2, 3, 4],
      ].map((layers) => ({
        x: { label: "epoch", isWhole: true },
        y: { label: model },
        series: layers.map((K) => ({
          name: `K = ${K}`,
          points: curve(demo.layers[`${model}, K = ${K}`]),
        })),
      })),
    ),
  },
};

mkdirSync(folder, { recursive: true });
for (const [name, figure] of Object.entries(figures))
  writeFileSync(join(folder, `${name}.svg`), svgFigure(figure));
writeFileSync(
  join(folder, "separation.svg"),
  svgScatter(
    "Six users and their items in the space of NGCF with K layers",
    Object.entries(demo.separation).map(([title, { points, silhouette }]) => ({
      title: `${title}, silhouette ${silhouette.toFixed(2)}`,
      dots: points.map(({ x, y, group, isUser }) => ({ x, y, group, isMarked: isUser })),
    })),
  ),
);

const layerRows = [0, 1, 2, 3, 4].map((K) => [
  `${K}`,
  ...["LightGCN", "NGCF"].flatMap((model) => {
    const points = demo.layers[`${model}, K = ${K}`];
    return [
      `${metric(best(points)["recall@20"])} (epoch ${best(points).epoch})`,
      metric(last(points)["recall@20"]),
      last(points).loss.toFixed(3),
    ];
  }),
  demo.separation[`K = ${K}`].silhouette.toFixed(3),
]);
const bestLayers = (model: string) =>
  [0, 1, 2, 3, 4].reduce((most, K) =>
    best(demo.layers[`${model}, K = ${K}`])["recall@20"] >
    best(demo.layers[`${model}, K = ${most}`])["recall@20"]
      ? K
      : most,
  );
/** The most recall that any number of layers loses after its best epoch. */
const lostAfterBest = Math.max(
  ...Object.values(demo.layers).map(
    (points) => best(points)["recall@20"] - last(points)["recall@20"],
  ),
);
const silhouettes = Object.values(demo.separation).map(({ silhouette }) => silhouette);
const silhouetteGrows = silhouettes[4] > silhouettes[0] + 0.02;
const held = demo.newcomers;

writeFileSync(
  join(folder, "graph-models.md"),
  `# Graph models compared

All graph recommenders of [@kith/models-gnn](../../packages/models-gnn) on the embedded data and on Gowalla. Ranking is of all items, training items masked. Figures are of one seed (${demo.seed}): the third decimal is noise.
Times are of a machine with ${environment.cores} cores (${environment.cpu}, Node ${environment.node}, ${environment.backend.kernels}, ${environment.backend.threads} threads); seconds are the median epoch's, minutes so many of them; the heap is what kernels and tensors take, beside Node's own 150 MiB or so.

## On the embedded data

Which packages of Debian need which libraries; a random fifth of each package's rows is held out. All with the softmax over the whole catalogue and ${demo.epochs} epochs, but PinSage, which has its own loss. \`npm run bench -- graph-models --epochs ${demo.epochs}\`

${table(
  [...HEAD, "when not"],
  [
    ...rowsOf(demo.models),
    ...Object.entries(demo.baselines).map(([name, found]) => [
      name,
      metric(found["recall@20"]),
      metric(found["ndcg@20"]),
      "",
      "",
      "",
      "",
      "",
    ]),
  ],
)}

## On Gowalla

29,858 users, 40,981 items, the split of the papers. XSimGCL has its own loss and trains for ${last(gowalla.models.XSimGCL).epoch} epochs, LightGCN ten; the others had ${gowalla.minutes} minutes each or ten epochs, with a softmax over 2,048 drawn items (PinSage with its own loss):
what they would reach with hours this table does not say. \`npm run bench -- graph-gowalla --minutes ${gowalla.minutes}\` and \`lightgcn-fast\`

${table(
  HEAD,
  rowsOf(onGowalla).map((row) => row.slice(0, -1)),
)}

${says(xsimgcl["recall@20"] > lightgcn["recall@20"] && xsimgcl["recall@20"] > 0.183, `XSimGCL reaches Recall@20 ${metric(xsimgcl["recall@20"])} in ${minutes(gowalla.models.XSimGCL)} minutes: more than LightGCN at convergence, which is 0.1830 in its paper (1000 epochs) and ${metric(lightgcn["recall@20"])} with our softmax in ${minutes(fast.epochs)} minutes.`)}

## Does NGCF converge faster than matrix factorisation?

The article says so. The same ${race.settings.epochs} epochs of BPR for each, batches of ${whole(race.settings.batchSize)}, Adam with step size ${race.settings.learningRate}. \`npm run bench -- convergence\`

![Recall@20 of MF-BPR, LightGCN and NGCF by epoch](convergence.svg)

${table(
  [
    "model",
    `Recall@20 after ${race.settings.epochs} epochs`,
    "NDCG@20",
    "s / epoch",
    "Recall@20 of MF-BPR's last epoch is passed in epoch",
  ],
  Object.entries(race.curves).map(([name, points]) => [
    name,
    metric(last(points)["recall@20"]),
    metric(last(points)["ndcg@20"]),
    seconds[name].toFixed(1),
    `${points.find((point) => point["recall@20"] >= atEnd("MF-BPR"))?.epoch ?? "none"}`,
  ]),
)}

${says(atEnd("NGCF") >= atEnd("MF-BPR"), `By epochs it does: NGCF's Recall@20 is ${metric(atEnd("NGCF"))} where MF-BPR's is ${metric(atEnd("MF-BPR"))}.`)} By the clock it does not: an epoch of NGCF takes ${(seconds.NGCF / seconds["MF-BPR"]).toFixed(0)} times as long as one of MF-BPR.
${atEnd("NGCF") > atEnd("LightGCN") ? "In these first epochs NGCF is ahead of LightGCN, too, which in its paper ends above it, after 1000 epochs." : "LightGCN is ahead of both."}

NGCF's paper has .1570 / .1327 on Gowalla, after hundreds of epochs of its own settings (batches of 1,024, step size 0.0001), which are our defaults. The long run, with the files of the split:

\`\`\`sh
kith train --model ngcf --data train.tsv.gz --test test.tsv.gz --epochs 400 --patience 10 --validation-share 0.05 --out ngcf.kith
\`\`\`

With those batches an epoch takes ${seconds["NGCF, batches of 1024"].toFixed(0)} s here and ${epochTimes.reference} s with a PyTorch port on a machine of this kind: ${says(timesAsFast >= 3, `${timesAsFast.toFixed(1)} times as fast.`)} Seconds of epochs are those of a machine that does nothing else (\`npm run bench -- epoch-times\`).

## How many layers?

K = 0 is matrix factorisation. On the embedded data, ${demo.epochs} epochs.

![Recall@20 by epoch for K = 0 … 4](layers.svg)

${table(
  [
    "K",
    "LightGCN: best Recall@20",
    "after the last epoch",
    "its loss",
    "NGCF: best Recall@20",
    "after the last epoch",
    "its loss",
    "silhouette of items by user, NGCF",
  ],
  layerRows,
)}

LightGCN is best with ${bestLayers("LightGCN")} layers, NGCF with ${bestLayers("NGCF")}. ${says(lostAfterBest < 0.002, `In so few epochs none of them over-fits: after the last one recall is within ${metric(lostAfterBest)} of its best.`)}

![Six users and their items in the space of NGCF](separation.svg)

Crosses are users, dots of the same colour their items, in the plane of the two largest principal components. ${silhouetteGrows ? "With layers a user's items come nearer to each other than to those of others: the silhouette grows." : "The silhouette (how much nearer a user's items are to each other than to those of others) does not grow with the number of layers here: what layers improve is the ranking."}

## Users that training has not seen

A tenth of the users is held out of training; the model is asked by four fifths of their items (\`foldIn\`) for the others. \`evaluate(model, test, { foldIn })\`

${table(
  ["model", "Recall@20", "NDCG@20"],
  Object.entries(held).map(([name, { recall, ndcg }]) => [name, metric(recall), metric(ndcg)]),
)}

${says(held.LightGCN.recall > held.popularity.recall && held.GraphSAGE.recall > held.popularity.recall, "Both answer for newcomers far better than popularity does, without training.")}

## The layers against published accuracies

Cora's papers, the standard split (140 labels), mean and spread of ${cora.seeds} seeds. \`npm run bench -- cora\`

${table(
  ["layers", "test accuracy", "published"],
  [
    ["GCN", "gcn", "0.815"],
    ["GAT", "gat", "0.830 ± 0.007"],
    ["GraphSAGE, mean", "graphsage", "not in its paper"],
  ].map(([name, key, published]) => [
    name,
    `${metric(cora[key])} ± ${metric(cora[`${key}-spread`])}`,
    published,
  ]),
)}

## A graph that no full-graph model takes

${whole(large.nodes)} users and items, ${whole(large.interactions)} interactions (${whole(large.pairs)} distinct edges), of which ${whole(large.purchases)} purchases are learned to rank and the others are in the graph alone. GraphSAGE draws ten neighbours of each node and five of each of these:
an epoch takes ${(large.epochSeconds / 60).toFixed(1)} minutes, ${large.losses.length} epochs with the embeddings of all nodes ${(large.seconds / 60).toFixed(1)}, and all of the process at most ${large.peakRssGiB.toFixed(1)} GiB (${large.peakHeapGiB.toFixed(1)} GiB of it the heap). Recall@20 is ${metric(large["recall@20"])}, that of popularity ${metric(large["popularity.recall@20"])}. \`npm run bench -- large-graph --epochs ${large.losses.length}\`

LightGCN with 1,024 numbers for each node is refused there before anything is allocated: "${large.refusal}".
`,
);
