// docs/reproductions/graph-and-nlp.md and its pictures, from internal/bench/results/seed-article.json alone.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svgFigure } from "../../apps/cli/src/plots/svg.ts";
import { auc, percent, says, table, whole } from "./page-parts.ts";
import { seedArticlePictures } from "./seed-article-pictures.ts";
import type { Coverage, CurvePoint, Known, SeedArticleResult } from "./seed-article-result.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/reproductions");
const file = join(root, "internal/bench/results/seed-article.json");
const {
  metrics: m,
  environment,
  seconds,
} = JSON.parse(readFileSync(file, "utf8")) as SeedArticleResult;

mkdirSync(folder, { recursive: true });
for (const [name, figure] of Object.entries(seedArticlePictures(m)))
  writeFileSync(join(folder, `${name}.svg`), svgFigure(figure));

const { electronics, books } = m.article;
const on = (name: string, set = "Amazon") => m.implementations[`${name}, ${set}`];
const [matrix, skipGram] = [on("MF on pairs"), on("skip-gram")];
const matrixOnWalks = on("MF with biases on walks");
const side = "skip-gram with side information, learned weights";
const equal = "skip-gram with side information, equal weights";
const { Amazon, JD } = m.sets;
const [few, dense] = [m.sets["Amazon, most paired"], m.sets["JD, most paired"]];
const { JD: jdCoverage, shop } = m.coverage;

const last = (curve: readonly CurvePoint[]) => curve[curve.length - 1].auc;
/** The most that a curve loses from one measurement to the next. */
const fall = (curve: readonly CurvePoint[]) =>
  Math.max(0, ...curve.slice(1).map((point, n) => curve[n].auc - point.auc));
const theirs = (name: string) => {
  const run = electronics.runs[name];
  if (!run) return ["", ""];
  const aucs = [run.all, run.seen].filter((value) => value !== undefined).join(" / ");
  return [run.failed ?? aucs, run.minutes === undefined ? "" : `${run.minutes} min`];
};
const implementations = (set: string, withTheirs: boolean) =>
  table(
    [
      "",
      "implementation",
      "AUC, all",
      "AUC, seen",
      "average precision, all / seen",
      "seconds",
      "a second",
      ...(withTheirs ? ["the article: AUC, all / seen", "its time"] : ["AUC, an unseen item"]),
    ],
    [
      ...Object.entries(m.implementations)
        .filter(([key]) => key.endsWith(`, ${set}`))
        .map(([, run]) => [
          run.number,
          run.name,
          auc(run.all.auc),
          auc(run.seen.auc),
          `${auc(run.all.averagePrecision)} / ${auc(run.seen.averagePrecision)}`,
          run.seconds.toFixed(1),
          `${whole(run.perSecond)} ${run.unit}`,
          ...(withTheirs ? theirs(run.name) : [auc(run.unseen?.auc)]),
        ]),
      [
        "",
        "no model: popularity",
        auc(m.popularity[set].all.auc),
        auc(m.popularity[set].seen.auc),
        `${auc(m.popularity[set].all.averagePrecision)} / ${auc(m.popularity[set].seen.averagePrecision)}`,
        "",
        "",
        ...(withTheirs ? ["", ""] : [auc(m.popularity[set].unseen.auc)]),
      ],
    ],
  );
const scores = () =>
  table(
    ["the same vectors, on Amazon's seen pairs", "cosine", "dot product", "vector · target vector"],
    Object.values(m.implementations)
      .filter((run) => run.dot && run.target && on(run.name) === run)
      .map((run) => [run.name, auc(run.seen.auc), auc(run.dot?.seen), auc(run.target?.seen)]),
  );
const defects = (curves: Readonly<Record<string, readonly CurvePoint[]>>) =>
  table(
    ["variant", "AUC at the end", "greatest fall between two measurements"],
    Object.entries(curves).map(([name, curve]) => [name, auc(last(curve)), auc(fall(curve))]),
  );
const ofLibrary = () =>
  table(
    ["ItemMatrixFactorization with", "AUC after epoch 1", "at half the way", "at the end"],
    Object.entries(m.library).map(([name, aucs]) => [
      name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
      auc(aucs[0]),
      auc(aucs[Math.ceil(aucs.length / 2) - 1]),
      auc(aucs[aucs.length - 1]),
    ]),
  );
const thinning = ({ points, without, unseenByPopularity }: Coverage) => {
  const both = (a: Known, b: Known, kind: keyof Known) => `${auc(a[kind])} / ${auc(b[kind])}`;
  return table(
    [
      "items with side information",
      "AUC, seen: learned / equal weights",
      "AUC, an unseen item: learned / equal weights",
    ],
    [
      ...points.map((point) => [
        percent(point.share),
        both(point, point.equal, "seen"),
        both(point, point.equal, "unseen"),
      ]),
      ["none: skip-gram; popularity", auc(without.seen), auc(unseenByPopularity)],
    ],
  );
};
/** The shares at which side information is worth more than `least` of AUC on seen pairs. */
const helpsAt = ({ points, without }: Coverage, least = 0.002) =>
  points.filter((point) => point.seen > without.seen + least).map(({ share }) => share);
const helps = (name: string, coverage: Coverage) => {
  const shares = helpsAt(coverage);
  if (shares.length === 0) return `On ${name} it does not help seen pairs at any share.`;
  if (shares.length === coverage.points.length)
    return `On ${name} it still helps seen pairs with ${percent(Math.min(...shares))} of the items described: we did not come to the point where it stops.`;
  return `On ${name} it helps seen pairs at ${shares.map(percent).join(", ")} of the items described, and not below.`;
};

/** Whether the re-enacted training loses within an epoch what it had, and keeps it without restarts. */
const forgets =
  fall(m.matrixDefects["as in the article"]) >
  Math.max(0.005, 2 * fall(m.matrixDefects["without restarts"]));

writeFileSync(
  join(folder, "graph-and-nlp.md"),
  `# Graphs and NLP techniques for recommendation

The article [Beating the baseline recommender with graph and NLP in PyTorch](https://eugeneyan.com/writing/recommender-systems-graph-and-nlp-pytorch/) (Eugene Yan, 2020, with its [code](https://github.com/eugeneyan/recsys-nlp-graph)) makes a graph of pairs of products,
walks over it at random, and reads the walks as sentences by word2vec. It compares seven implementations and ends with three findings: word2vec beats matrix factorisation easily, walks help
matrix factorisation much, and side information does not work. This page does all seven with Kith, on other data, and looks for the reasons.

## In short

- ${says(matrix.seen.auc > skipGram.seen.auc, `On our data matrix factorisation on the pairs themselves is **not** behind word2vec: ${auc(matrix.seen.auc)} against ${auc(skipGram.seen.auc)} for skip-gram (AUC of seen pairs).`)} ${says((skipGram.target?.seen ?? 0) > skipGram.seen.auc, `A good part of the difference is the score: the same skip-gram reaches ${auc(skipGram.target?.seen)} when an item's vector meets the other's *target* vector, which is what training makes large, instead of the cosine of two item vectors.`)}
- ${says(on(side, "JD").seen.auc > on("skip-gram", "JD").seen.auc, `Side information works: on JD's graph it takes skip-gram from ${auc(on("skip-gram", "JD").seen.auc)} to ${auc(on(side, "JD").seen.auc)} on seen pairs`)}, and it answers for items that training never saw (${auc(on(side, "JD").unseen?.auc)}). Learned weights and equal ones are about the same here (${auc(on(side, "JD").seen.auc)} and ${auc(on(equal, "JD").seen.auc)}).
- The article's failure is in good part its code: re-enacted, with ${percent(electronics.coverage)} of the items described, it tells seen pairs at ${auc(last(m.sideDefects["equal weights, as in the article"]))} with equal weights and ${auc(last(m.sideDefects["as in the article"]))} with learned ones, ${auc(last(m.sideDefects["without side information"]))} without side information. ${says(last(m.sideDefects["context's own fields"]) > last(m.sideDefects["as in the article"]) && last(m.sideDefects["all mended"]) > last(m.sideDefects["as in the article"]), `Reading the context's own fields alone takes that to ${auc(last(m.sideDefects["context's own fields"]))}; everything mended gives ${auc(last(m.sideDefects["all mended"]))}.`)}
- ${forgets ? "The forgetting is the learning rate that jumps back in each epoch: without the jumps it is gone." : `At the size of this run matrix factorisation with the article's defects does not visibly forget within epochs (its greatest fall between two measurements is ${auc(fall(m.matrixDefects["as in the article"]))}); what they cost is the AUC itself: ${auc(last(m.matrixDefects["as in the article"]))} at the end, ${auc(last(m.matrixDefects["all mended"]))} with all mended.`} ${says(last(m.matrixDefects["two tables"]) > last(m.matrixDefects["as in the article"]), "That items have one vector for both sides of a pair, which the article suspected, does not make the model forget; it makes it worse all along.")}

## Data and protocol

The article's data, ${whole(electronics.items)} products of Amazon's electronics with what was bought and viewed beside them, we do not have in its form. So no figure here can be held against its figures beyond their order.

- **Amazon**: pairs of electronics that were bought or viewed together (from GATNE), relations merged, without side information: ${whole(Amazon.items)} items and ${whole(Amazon.train)} pairs to learn from.
- **JD**: items that followed each other in sessions (from EGES), with brand, shop and category: ${whole(JD.items)} items and ${whole(JD.train)} pairs.
- **The shop**: items of a shop for clothing that often followed each other in its sessions, with category, colour and price in five buckets: ${whole(shop.items)} items and ${whole(shop.train)} pairs. It is so small that its figures are means of ${shop.splits} splits.

As in the article, a third of the pairs is held out and told from as many drawn pairs that are not there; *seen* are those whose items training has both seen, and a pair with an item that a model does not know has the median score.
Where items have many pairs, a random third leaves hardly any item unseen, so we hold items out, too: ${percent(Amazon.unseen / Amazon.all)} of Amazon's test pairs have an unseen item, and ${percent(JD.unseen / JD.all)} of JD's. How many
of the article's have one it does not say; its code draws pairs only. It draws pairs that are not there among the items of the test pairs, we draw them among all items, held-out ones in the place of held-out ones.

Options are the article's where it names them: vectors of ${m.skipGram.dim}, window ${m.skipGram.window}, ${m.skipGram.negatives} negatives, ${m.skipGram.epochs} epochs, ${m.walks.walksPerNode} walks of ${m.walks.walkLength} items from each item${m.walks.ofJd < m.walks.walksPerNode ? ` (on JD ${m.walks.ofJd}, to save time: with more, skip-gram without side information does better there, and what side information adds is less)` : ""}, cosine for word2vec
and the product of vectors for matrix factorisation. The rest are Kith's defaults; nothing was tuned on the test pairs. One seed (${m.seed}): the third decimal is noise.

## The seven implementations

${implementations("Amazon", true)}

Seconds are of training alone, on ${environment.cores} cores; walks are made before. For (6) Amazon's pairs have no columns, so it stands with JD's below. The article calls gensim with \`sg\` unset: what it calls word2vec is CBOW.

- ${says(matrixOnWalks.seen.auc > skipGram.seen.auc, `Walks do not make word2vec win here, either: matrix factorisation on the same walks has ${auc(matrixOnWalks.seen.auc)}.`)} Both learn the same loss from the same pairs. They differ in what is compared in the end:

${scores()}

- ${says(m.popularity.Amazon.seen.auc > 0.5, `Pairs that are not there are drawn without regard to popularity, so popularity alone reaches ${auc(m.popularity.Amazon.seen.auc)} on seen pairs.`)} A score that knows how popular items are (the product of vectors, with biases or without) has an advantage in this protocol over the cosine, which does not. Which of them recommends better this protocol cannot say.

![Precision by recall, for all pairs and for seen ones](precision-recall.svg)

**The cliff** of the article's curves is there, and it is the median: all pairs with an unseen item have one score, and come together when the threshold reaches it. Among seen pairs there is none.

![AUC by epoch](learning-curves.svg)

## Side information

${implementations("JD", false)}

The models with side information know nearly all items, so their column *all* has no cliff: an item that training never saw has the mean of the vectors of its brand, shop and category. ${says(m.cold.auc > m.cold.aucByPopularity, `Told by them, pairs with an unseen item have an AUC of ${auc(m.cold.auc)}, against ${auc(m.cold.aucByPopularity)} by popularity and 0.5 by chance.`)} ${says(m.cold.recall.model > m.cold.recall.popularity, `Among the first 20 of all trained items are ${percent(m.cold.recall.model)} of the partners of ${whole(m.cold.items)} such items; popularity finds ${percent(m.cold.recall.popularity)}, chance ${(100 * m.cold.recall.chance).toFixed(2)} %.`)}
${on("MF on pairs", "JD").seen.auc < 0.75 ? `\nMatrix factorisation on JD's pairs fails with the same options (${auc(on("MF on pairs", "JD").seen.auc)}): an item has ${((2 * JD.train) / JD.items).toFixed(1)} pairs to learn from on average, and steps as a negative beside them. Walks make more pairs of the same graph, and with them it reaches ${auc(on("MF with biases on walks", "JD").seen.auc)}: here the article's third finding holds.\n` : ""}
## What the article's code gets wrong

We wrote its training anew, small, with each defect as a switch: loss, optimiser, rates, schedule and start are its own. Sizes were chosen so that the effects show. Only order and shape are to be read, not how far an AUC falls.

### Matrix factorisation forgets

The code makes its schedule of the learning rate anew in each epoch; one table stands on both sides of a pair; vectors start from N(0, 1), so that at ${m.skipGram.dim} numbers products begin near ±${Math.sqrt(m.skipGram.dim).toFixed(0)}, where the sigmoid is flat; and a penalty pulls at the whole table
in each step. Re-enacted on the pairs among Amazon's ${whole(few.items)} most paired items:

${defects(m.matrixDefects)}

![AUC of matrix factorisation within training](matrix-defects.svg)

- ${forgets && fall(m.matrixDefects["two tables"]) > fall(m.matrixDefects["all mended"]) ? "With two tables and the jumps it forgets as well, so the jumps are the reason." : `No single mend is enough. With a small start, which lets it learn something that it can forget, its AUC falls by up to ${auc(fall(m.matrixDefects["small start"]))} after a restart; with all mended by ${auc(fall(m.matrixDefects["all mended"]))}, at the beginning, before it has learned anything.`}
- ${last(m.matrixDefects["no dense penalty"]) < last(m.matrixDefects["as in the article"]) ? "We had suspected the penalty on the whole table, and were wrong: without it this start is worse, because nothing else shrinks vectors that are too long." : "Without the penalty on the whole table the same start does better."}

Those defects that are options of our own model, which learns by plain gradient steps, on all of Amazon's pairs:

${ofLibrary()}

${says((m.library.wideStart.at(-1) ?? 1) < (m.library.mended.at(-1) ?? 0), "There the wide start does the greatest harm, and restarts nearly none at the end of an epoch, when the rate has fallen again: forgetting is seen within epochs.")}

On books, with two million items, the article's matrix factorisation stays at an AUC of ${books.matrix}. Vectors that training has not brought away from so wide a start look like that, but we have not run it.

### Side information does not help

The code reads the fields of a *context* for its *centre* (its loader asks for the centre's twice): every pair that is there then shares brand and category, hardly any drawn one does, and training need not look at the items. In the variant with learned weights, contexts have their vectors from the
table of centres and the weights are left out when pairs are told. Items without fields, ${percent(1 - electronics.coverage)} of the article's, all have value 0 of each, averaged in like any other. Re-enacted on the pairs among JD's ${whole(dense.items)} most paired items, with ${m.side.fields.join(" and ")} of ${percent(electronics.coverage)} of the items:

${defects(m.sideDefects)}

![AUC of skip-gram with side information within training](side-information-defects.svg)

The rows from *context's own fields* to *measured with weights* mend one defect and leave the others. ${says(
    ["table of contexts", "missing masked", "measured with weights"].every(
      (name) => last(m.sideDefects["context's own fields"]) > last(m.sideDefects[name]),
    ),
    "The leak is the one that counts: no other mend does as much.",
  )}${last(m.sideDefects["context's own fields"]) > last(m.sideDefects["all mended"]) ? " With it alone mended the model is even better than with everything mended: one table for centres and contexts learns faster, and training is short here, so this says nothing of where both would end." : ""}${last(m.sideDefects["as in the article"]) > last(m.sideDefects["without side information"]) ? " With learned weights the defective model is not below the one without side information here, as the article's was: that part we did not reproduce." : ""}

### Where the re-enactment differs

- Vectors of ${m.matrix.dim} and ${m.side.dim} instead of ${m.skipGram.dim}; for side information one walk of ${m.walks.walkLength} items from each item.
- Steps of ${m.matrix.batch} pairs for matrix factorisation, because our table is short: the article's steps of 128 pairs touch few of its rows, and forgetting needs steps that leave most rows alone. Steps of ${m.side.batch} pairs for side information, where the article takes those of 128 walks.
- In matrix factorisation either item of a pair may be the left one. No subsampling, which at these sizes drops nothing. No global bias, no clamp of scores.
- Instead of no penalty there is one of 10⁻¹², which changes nothing but keeps numbers out of the range where processors are slow.

## Where side information stops helping

Kith's EGES, with missing fields masked out, and fewer and fewer items of which anything is known; the article had ${percent(electronics.coverage)}, and ${percent(electronics.withoutBrand)} of those without a brand.

JD:

${thinning(jdCoverage)}

The shop, with price buckets:

${thinning(shop)}

![AUC by the share of items with side information](coverage.svg)

${helps("JD", jdCoverage)} ${helps("the shop", shop)} ${says(helpsAt(jdCoverage).includes(electronics.coverage), `That only ${percent(electronics.coverage)} of the items are described is not enough to explain the article's failure.`)}

## Do it again

\`\`\`bash
KITH_DATA=… npm run bench -- seed-article
npm run docs:figures
\`\`\`

Measured on ${environment.date.slice(0, 10)}, ${environment.cores} cores of ${environment.cpu}, Node ${environment.node}, in ${(seconds / 60).toFixed(0)} minutes.
`,
);
console.log("docs/reproductions/graph-and-nlp.md and its pictures are written");
