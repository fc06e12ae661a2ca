// docs/benchmarks/collaborative-filtering.md, its picture, and docs/models, from what the benches have kept in internal/bench/results.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svgFigure } from "../../apps/cli/src/plots/svg.ts";
import type {
  Autoencoders,
  ClosedForm,
  FactorSpeed,
  Ncf,
  NcfSpeed,
  Ratings,
  VaeSpeed,
} from "./collaborative-filtering-result.ts";
import type { Kept } from "./graph-models-result.ts";
import { type ModelPage, modelPages } from "./model-pages.ts";
import { says, table, whole } from "./page-parts.ts";

const root = join(import.meta.dirname, "../..");
const [benchmarks, pages] = ["benchmarks", "models"].map((name) => join(root, "docs", name));
const kept = <Metrics>(bench: string): Kept<Metrics> =>
  JSON.parse(readFileSync(join(root, "internal/bench/results", `${bench}.json`), "utf8"));

const NCF = "gmf-32-mlp-32-neumf-32";
const { results } = kept<ClosedForm>("closed-form").metrics;
const { metrics: ae, environment } = kept<Autoencoders>("autoencoders");
const { metrics: ncf } = kept<Ncf>(`ncf-${NCF}`);
const { metrics: ratings } = kept<Ratings>("ratings");
const { networks } = kept<NcfSpeed>("ncf-speed").metrics;
const { metrics: factors } = kept<FactorSpeed>("factor-speed");
const { metrics: vae } = kept<VaeSpeed>("vae-speed");

const metric = (value: number) => value.toFixed(4);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const last = <T>(points: readonly T[]) => points[points.length - 1];

const closedRows = Object.entries(results).flatMap(([data, { items, models }]) =>
  Object.entries(models).map(([name, { recall, ndcg, seconds }]) => [
    data,
    whole(items),
    name,
    metric(recall),
    metric(ndcg),
    seconds.toFixed(1),
  ]),
);
const ml1m = results["ml1m-ultragcn"].models;
const aeRows = Object.entries(ae.models).map(([name, { points, seconds }]) => {
  const { epoch, metrics } = last(points);
  return [
    name,
    `${epoch}`,
    metric(metrics["recall@20"]),
    metric(metrics["ndcg@20"]),
    whole(seconds),
  ];
});
const ncfRows = Object.entries(ncf.models).map(([name, { points, candidates, fullRanking }]) => [
  name,
  `${points.length}`,
  metric(candidates.metrics["hit-rate@10"]),
  metric(candidates.metrics["ndcg@10"]),
  metric(fullRanking["hit-rate@10"]),
  metric(fullRanking["ndcg@10"]),
]);
const ratingRows = Object.entries(ratings.models).map(([name, { rmse, mae, seconds = 0 }]) => [
  name,
  metric(rmse),
  metric(mae),
  seconds.toFixed(1),
]);
const speedRows = Object.entries(factors.seconds).map(([name, seconds]) => [
  name,
  median(seconds).toFixed(3),
  `${Math.min(...seconds).toFixed(3)} … ${Math.max(...seconds).toFixed(3)}`,
  (factors.pairs / median(seconds) / 1e6).toFixed(2),
]);
const pass = (name: string) => median(factors.seconds[name]);
const vaeRatio = median(vae.seconds.kith) / median(vae.seconds.pytorch);
const recall = (name: string) => last(ae.models[name].points).metrics["recall@20"];
const isFirst = Object.entries(results)
  .filter(([, { models }]) => models.EASE)
  .every(
    ([, { models }]) =>
      models.EASE.recall > models.Popularity.recall && models.EASE.recall > models.ItemKNN.recall,
  );
const closedFormCommand = "npm run bench -- closed-form";

mkdirSync(pages, { recursive: true });
mkdirSync(benchmarks, { recursive: true });
const level = (name: string, value: number, epochs: number) => ({
  name,
  isLevel: true,
  points: [[0, value] as const, [epochs, value] as const],
});
const longest = Math.max(...Object.values(ae.models).map(({ points }) => last(points).epoch));
writeFileSync(
  join(benchmarks, "autoencoders.svg"),
  svgFigure({
    title: "ml1m-ultragcn: Recall@20 by epoch",
    panels: [
      {
        x: { label: "epoch", isWhole: true },
        y: { label: "Recall@20" },
        series: [
          ...Object.entries(ae.models).map(([name, { points }]) => ({
            name,
            points: points.map(({ epoch, metrics }) => [epoch, metrics["recall@20"]] as const),
          })),
          level("EASE", ml1m.EASE.recall, longest),
          level("IALS", ml1m.IALS.recall, longest),
        ],
      },
    ],
  }),
);

writeFileSync(
  join(benchmarks, "collaborative-filtering.md"),
  `# Collaborative filtering and autoencoders compared

The recommenders of [@kith/models-cf](../../packages/models-cf) and [@kith/models-ae](../../packages/models-ae). What each is for, what it costs and when not to use it: ${modelPages.map(({ slug, title }) => `[${title}](../models/${slug}.md)`).join(" · ")}.

## Closed forms first

Recall@20 and NDCG@20 of full rankings. Settings were chosen on a part of the training data, but for a few that the bench names. \`${closedFormCommand}\`

${table(["data", "items", "model", "Recall@20", "NDCG@20", "seconds"], closedRows)}

- ${says(isFirst, "EASE is ahead of popularity and of ItemKNN on every data set with fewer than 20,000 items.")}

## Autoencoders

MovieLens-1M as UltraGCN's authors divide it, ${whole(ae.users)} users × ${whole(ae.items)} items. \`npm run bench -- autoencoders\`

${table(["model", "epochs", "Recall@20", "NDCG@20", "seconds"], aeRows)}

![Recall@20 of autoencoders by epoch, with EASE and iALS](autoencoders.svg)

- ${says(
    Object.keys(ae.models).every((name) => recall(name) < ml1m.EASE.recall),
    `EASE (${metric(ml1m.EASE.recall)}, ${ml1m.EASE.seconds.toFixed(0)} s) and iALS (${metric(ml1m.IALS.recall)}, ${ml1m.IALS.seconds.toFixed(0)} s) are ahead of every autoencoder here.`,
  )}
- ${says(recall("mult-dae") > recall("mult-vae"), `The denoising autoencoder (${metric(recall("mult-dae"))}) is ahead of the variational one (${metric(recall("mult-vae"))}), which the paper finds on small data, too.`)} A PyTorch port of Mult-VAE has ${metric(ae.published["Mult-VAE, PyTorch"][0])} after 60 epochs.
- An epoch of Mult-VAE of ${whole(vae.users)} users × ${whole(vae.items)} items takes ${median(vae.seconds.kith).toFixed(1)} s, and PyTorch's in the same minutes ${median(vae.seconds.pytorch).toFixed(1)} s: ${vaeRatio.toFixed(2)} times as long, at the same loss (${vae.losses.kith[1].toFixed(1)} and ${vae.losses.pytorch[1].toFixed(1)}). \`npm run bench -- vae-speed\`

## Neural collaborative filtering

MovieLens-1M, the last item of each user among 99 drawn ones, as He et al. have it (156 of ${whole(ncf.rows)} rows have their own item among the drawn), and among all. \`npm run bench -- ncf --models ${NCF.replaceAll("-32-", "-32,")}\`

${table(["model", "epochs", "HR@10", "NDCG@10", "HR@10, all items", "NDCG@10, all items"], ncfRows)}

He et al. report 0.726 / 0.445 for their largest. On the same data, ranking all items, EASE has Recall@20 ${metric(results["ncf-ml-1m"].models.EASE.recall)} in ${results["ncf-ml-1m"].models.EASE.seconds.toFixed(0)} seconds.

${table(
  ["network, 8 factors", "samples/s, one thread"],
  Object.entries(networks).map(([name, { kernel }]) => [name, whole(median(kernel))]),
)}

\`npm run bench -- ncf-speed\`; a PyTorch port trains 40,000 a second.

## Ratings

ml-latest-small, ${whole(ratings.test)} of its ratings held out. \`npm run bench -- ratings\`

${table(["model", "RMSE", "MAE", "seconds"], ratingRows)}

- ${says(ratings.models["AutoRec of items"].rmse > ratings.models["MatrixFactorization, ratings"].rmse, "With a hundred thousand ratings matrix factorisation with biases is ahead of AutoRec, which does not even beat the model of means: its paper has ten times as many and more.")}

## Speed of matrix factorisation

A pass over Gowalla's ${whole(factors.pairs)} pairs at 64 factors on two threads, beside implicit's in the same minutes. \`npm run bench -- factor-speed\`

${table(["a pass", "seconds, median", "least … most", "million pairs/s"], speedRows)}

- ${says(pass("iALS, conjugate gradient") < 1.05 * pass("implicit's ALS"), "iALS is as fast as implicit's, which is C++ with BLAS.")}
- ${says(pass("MF, BPR") < 1.05 * pass("implicit's BPR"), "So is BPR, although WebAssembly has neither prefetch nor large pages.")}

Measured ${environment.date.slice(0, 10)} on ${environment.cores} cores of ${environment.cpu}, Node ${environment.node}, ${environment.backend.kernels}.
`,
);

/** Rows of figures of one model, with the command that makes them. */
function figures({ rows = {} }: ModelPage): string {
  const parts: string[] = [];
  const closed = rows["closed-form"];
  if (closed) {
    const own = closedRows
      .filter(([, , name]) => name === closed)
      .map(([data, items, , ...rest]) => [data, items, ...rest]);
    parts.push(
      `${table(["data", "items", "Recall@20", "NDCG@20", "seconds"], own)}\n\n\`${closedFormCommand}\``,
    );
  }
  const find = (all: readonly (readonly string[])[], name: string | undefined) =>
    all.filter(([first]) => first === name);
  if (rows.autoencoders)
    parts.push(
      `On ml1m-ultragcn, beside EASE's ${metric(ml1m.EASE.recall)} and iALS's ${metric(ml1m.IALS.recall)}:\n\n${table(["model", "epochs", "Recall@20", "NDCG@20", "seconds"], find(aeRows, rows.autoencoders))}\n\n\`npm run bench -- autoencoders\``,
    );
  if (rows.ncf)
    parts.push(
      `On MovieLens-1M by the paper's protocol; the paper's largest NeuMF has 0.726 / 0.445:\n\n${table(["model", "epochs", "HR@10", "NDCG@10", "HR@10, all items", "NDCG@10, all items"], find(ncfRows, rows.ncf))}\n\n\`npm run bench -- ncf --models ${NCF.replaceAll("-32-", "-32,")}\``,
    );
  if (rows.ratings)
    parts.push(
      `On ml-latest-small, where user and item means have an RMSE of ${metric(ratings.models["user and item means"].rmse)}:\n\n${table(["model", "RMSE", "MAE", "seconds"], find(ratingRows, rows.ratings))}\n\n\`npm run bench -- ratings\``,
    );
  return parts.join("\n\n");
}

for (const page of modelPages) {
  const { slug, title, paper, problem, equation, cost, whenNot } = page;
  const readme = `../../packages/${page.package}/README.md`;
  writeFileSync(
    join(pages, `${slug}.md`),
    `# ${title}

${problem}

    ${equation}

${paper[0].toUpperCase()}${paper.slice(1)}. In [@kith/${page.package}](${readme}), with its options; on the command line \`kith train --model ${slug}\`.

## When not to use it

${whenNot}

## Cost

${cost}

## Figures

${figures(page)}

All models side by side: [the comparison](../benchmarks/collaborative-filtering.md).
`,
  );
}
