import { useBackend } from "@kith/core-tensors";
import { Features, type ItemPairs } from "@kith/data";
import type { Bench, Context } from "../bench.ts";
import { ARTICLE } from "../seed-article/article.ts";
import {
  amazonPairs,
  amongMostPaired,
  eshopData,
  hasArticleData,
  jdData,
} from "../seed-article/article-data.ts";
import { type ArticleSplit, articleSplit } from "../seed-article/article-split.ts";
import { coldItems } from "../seed-article/cold-items.ts";
import { coverageCurve, meanCoverage } from "../seed-article/coverage.ts";
import { matrixVariants, sideVariants } from "../seed-article/defect-variants.ts";
import type { CurvePoint } from "../seed-article/enacted.ts";
import {
  type Given,
  type Implementation,
  onPairs,
  popularity,
  type Runs,
  withSideInformation,
} from "../seed-article/implementations.ts";
import { libraryDefects } from "../seed-article/library-defects.ts";
import { enactMatrix } from "../seed-article/matrix-defects.ts";
import { enactSideInformation } from "../seed-article/side-information-defects.ts";
import { thinned } from "../seed-article/thinned.ts";
import { walksOver } from "../walks-over.ts";

/** Of --name value, with what they are unless told. */
const FLAGS = {
  seed: 42,
  /** Only the pairs among so many items of each large set, to try things out; 0 for all. */
  items: 0,
  /** Walks from each item of Amazon and of JD, as many as in the article. */
  walks: 10,
  "jd-walks": 10,
  /** Items of the graphs on which defects are re-enacted, and epochs there. */
  "matrix-items": 1200,
  "matrix-epochs": 4,
  "side-items": 8000,
  "side-epochs": 3,
  /** Splits of the small shop that its figures are means of. */
  "shop-splits": 5,
} as const;

const WALK_LENGTH = 10;
/** Few rows of a table are used by a step of the article, whose tables are long. */
const MATRIX_ENACTED = { dim: 64, batch: 2, measurements: 8 } as const;
const SIDE_ENACTED = { dim: 32, batch: 512, measurements: 4 } as const;
/** The fields that the article's code reads. */
const SIDE_FIELDS = ["brand", "cate"];
const EGES = { dim: 128, window: 5, negatives: 5, epochs: 5 } as const;
const EGES_OF_SHOP = { ...EGES, dim: 32, epochs: 20 } as const;

/** The seven implementations of the seed article, its defects one by one, and where side information stops helping. */
export const seedArticleBench: Bench = {
  name: "seed-article",
  about:
    "the article's seven implementations on pairs of Amazon and JD, its defects re-enacted, side information thinned out",
  async run(context) {
    const { data, log } = context;
    if (!hasArticleData(data))
      return {
        metrics: {},
        skipped: "KITH_DATA lacks gatne-amazon, eges-jdata or eshop-clothing-2008",
      };
    await useBackend({ threads: 2 });
    const flags = flagsOf(context);
    const { seed } = flags;

    const cut = (all: ItemPairs) => (flags.items > 0 ? amongMostPaired(all, flags.items) : all);
    const pairs = cut(await amazonPairs(data));
    const amazon = given(articleSplit(pairs, seed), flags.walks, seed);
    const amazonRuns = await all("Amazon", onPairs(amazon), log);

    const { pairs: jdPairs, features } = await jdData(data);
    const jd = { pairs: cut(jdPairs), features };
    const split = articleSplit(jd.pairs, seed);
    const ofJd = given(split, flags["jd-walks"], seed);
    const jdRuns = await all(
      "JD",
      { ...without(onPairs(ofJd), "node2vec", "cbow"), ...withSideInformation(ofJd, jd.features) },
      log,
    );

    log("defects of matrix factorisation, as options of ours …");
    const library = await libraryDefects(amazon.split, seed);
    const few = articleSplit(amongMostPaired(pairs, flags["matrix-items"]), seed);
    const matrixSettings = { ...MATRIX_ENACTED, epochs: flags["matrix-epochs"], seed };
    const matrix: Record<string, readonly CurvePoint[]> = {};
    for (const [name, defects] of Object.entries(matrixVariants)) {
      matrix[name] = await enactMatrix(few, defects, matrixSettings);
      log(`matrix factorisation, ${name}: AUC ${shown(matrix[name])}`);
    }

    const dense = articleSplit(amongMostPaired(jd.pairs, flags["side-items"]), seed);
    const sideSettings = { ...SIDE_ENACTED, epochs: flags["side-epochs"], seed };
    const denseWalks = walksOver(dense.train, { walksPerNode: 1, walkLength: WALK_LENGTH }, seed);
    const known = thinned(only(jd.features, SIDE_FIELDS), ARTICLE.electronics.coverage, seed);
    const side: Record<string, readonly CurvePoint[]> = {};
    for (const [name, { described, learned, defects }] of Object.entries(sideVariants)) {
      const features = described ? known : only(known, []);
      const run = { walks: denseWalks, features, seen: dense.seen };
      side[name] = await enactSideInformation(run, { learned, defects }, sideSettings);
      log(`side information, ${name}: AUC ${shown(side[name])}`);
    }

    log("side information, thinned out …");
    const coverageOfJd = await coverageCurve({ ...ofJd, features: jd.features }, EGES, seed);
    const shop = await eshopData(data);
    const splits = Array.from({ length: flags["shop-splits"] }, (_, n) => seed + n);
    const ofShop = splits.map((one) => given(articleSplit(shop.pairs, one), flags.walks, one));
    const curves = [];
    for (const one of ofShop)
      curves.push(await coverageCurve({ ...one, features: shop.features }, EGES_OF_SHOP, one.seed));
    const cold = await coldItems({ ...ofJd, features: jd.features }, EGES, seed);

    const [popularAmazon, popularJd, ...popularShops] = await Promise.all(
      [amazon, ofJd, ...ofShop].map((one) => popularity(one.split)),
    );
    const unseenOfShop =
      popularShops.reduce((sum, { unseen }) => sum + unseen.auc, 0) / popularShops.length;

    return {
      metrics: {
        seed,
        article: ARTICLE,
        flags,
        walks: { walksPerNode: flags.walks, ofJd: flags["jd-walks"], walkLength: WALK_LENGTH },
        skipGram: EGES,
        sets: {
          Amazon: sizes(amazon.split),
          JD: sizes(split),
          "Amazon, most paired": sizes(few),
          "JD, most paired": sizes(dense),
        },
        described: Object.fromEntries(jd.features.coverage()),
        popularity: { Amazon: popularAmazon, JD: popularJd },
        implementations: { ...named(amazonRuns, "Amazon"), ...named(jdRuns, "JD") },
        library,
        matrix: matrixSettings,
        matrixDefects: matrix,
        side: { ...sideSettings, fields: SIDE_FIELDS },
        sideDefects: side,
        coverage: {
          JD: { ...sizes(split), ...coverageOfJd, unseenByPopularity: popularJd.unseen.auc },
          shop: {
            ...sizes(ofShop[0].split),
            splits: splits.length,
            ...meanCoverage(curves),
            unseenByPopularity: unseenOfShop,
          },
        },
        cold,
      },
      rows: [...rowsOf("Amazon", amazonRuns), ...rowsOf("JD", jdRuns)],
    };
  },
};

type Flags = Record<keyof typeof FLAGS, number>;

function flagsOf({ flags }: Context): Flags {
  const values = Object.entries(FLAGS).map(([name, byDefault]) => {
    const value = Number(flags[name] ?? byDefault);
    if (!(Number.isInteger(value) && value >= 0))
      throw new Error(`--${name} must be a whole number, got ${flags[name]}`);
    return [name, value];
  });
  return Object.fromEntries(values);
}

function given(split: ArticleSplit, walksPerNode: number, seed: number): Given {
  const walk = { walksPerNode, walkLength: WALK_LENGTH };
  return { split, walks: walksOver(split.train, walk, seed), ...walk, seed };
}

async function all(
  set: string,
  runs: Runs,
  log: Context["log"],
): Promise<Record<string, Implementation>> {
  const results: Record<string, Implementation> = {};
  for (const [key, run] of Object.entries(runs)) {
    const result = await run();
    const { name, all, seen, seconds } = result;
    log(
      `${set}, ${name}: AUC ${all.auc.toFixed(4)}, seen ${seen.auc.toFixed(4)}, ${seconds.toFixed(1)} s`,
    );
    results[key] = result;
  }
  return results;
}

function named(runs: Readonly<Record<string, Implementation>>, set: string) {
  return Object.fromEntries(Object.values(runs).map((run) => [`${run.name}, ${set}`, run]));
}

function without(runs: Runs, ...names: readonly string[]): Runs {
  return Object.fromEntries(Object.entries(runs).filter(([name]) => !names.includes(name)));
}

function only({ ids, fields }: Features, names: readonly string[]): Features {
  return Features.fromColumns({
    ids,
    fields: fields.filter(({ name }) => names.includes(name)),
  });
}

function sizes({ train, all, seen, unseen }: ArticleSplit) {
  return {
    items: train.items.size,
    train: train.length,
    all: all.length,
    seen: seen.length,
    unseen: unseen.length,
  };
}

function shown(curve: readonly CurvePoint[]): string {
  return curve.map(({ auc }) => auc.toFixed(3)).join(" ");
}

function rowsOf(set: string, runs: Readonly<Record<string, Implementation>>) {
  return Object.values(runs).map(({ number, name, all, seen, seconds, perSecond, unit }) => ({
    on: set,
    "": number,
    implementation: name,
    "AUC, all": all.auc.toFixed(4),
    "AUC, seen": seen.auc.toFixed(4),
    "average precision": all.averagePrecision.toFixed(4),
    seconds: seconds.toFixed(1),
    speed: `${Math.round(perSecond).toLocaleString("en-US")} ${unit}/s`,
  }));
}
