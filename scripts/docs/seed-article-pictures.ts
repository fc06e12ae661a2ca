import type { Figure, Panel, Point } from "../../apps/cli/src/plots/figure.ts";
import type {
  Coverage,
  CurvePoint,
  Implementation,
  Known,
  Metrics,
  PrecisionRecall,
} from "./seed-article-result.ts";

/** The pictures of the page, by the names of their files. */
export function seedArticlePictures(m: Metrics): Readonly<Record<string, Figure>> {
  const on = (name: string, set = "Amazon") => m.implementations[`${name}, ${set}`];
  const names = ["word2vec (CBOW)", "skip-gram", "MF with biases on walks"];
  return {
    "precision-recall": {
      title: "Precision by recall on Amazon's held-out pairs",
      panels: names.map((name) => cliff(on(name))),
    },
    "learning-curves": {
      title: "AUC of Amazon's seen pairs, epoch by epoch",
      panels: [
        byEpoch(names.map((name) => on(name))),
        byEpoch(["MF on pairs", "MF with biases on pairs"].map((name) => on(name))),
      ],
    },
    "matrix-defects": {
      title: "Matrix factorisation re-enacted: AUC of seen pairs",
      panels: [
        within(m.matrixDefects, ["as in the article", "without restarts", "all mended"]),
        within(m.matrixDefects, ["two tables", "small start", "no dense penalty"]),
      ],
    },
    "side-information-defects": {
      title: "Side information re-enacted: AUC of seen pairs",
      panels: [
        within(m.sideDefects, ["as in the article", "without side information", "all mended"]),
        within(m.sideDefects, ["context's own fields", "table of contexts", "missing masked"]),
      ],
    },
    coverage: {
      title: "Side information thinned out",
      panels: [
        thinning("JD, seen pairs", m.coverage.JD, "seen"),
        thinning("JD, pairs with an unseen item", m.coverage.JD, "unseen"),
        thinning("the shop, seen pairs", m.coverage.shop, "seen"),
      ],
    },
  };
}

/** Between two recalls the precision is that of the higher one. */
function steps({ precision, recall }: PrecisionRecall): Point[] {
  return recall.flatMap((r, n): Point[] =>
    n === 0
      ? [[r, precision[n]]]
      : [
          [r, precision[n - 1]],
          [r, precision[n]],
        ],
  );
}

function cliff({ name, curves }: Implementation): Panel {
  return {
    x: { label: "recall", range: [0, 1] },
    y: { label: name, range: [0.5, 1] },
    series: [
      { name: "all pairs", points: steps(curves.all) },
      { name: "seen pairs", points: steps(curves.seen) },
    ],
  };
}

function byEpoch(runs: readonly Implementation[]): Panel {
  return {
    x: { label: "epoch", isWhole: true },
    y: { label: "AUC" },
    series: runs.map(({ name, epochs }) => ({
      name,
      points: epochs.map(({ epoch, auc }): Point => [epoch, auc]),
    })),
  };
}

function within(
  curves: Readonly<Record<string, readonly CurvePoint[]>>,
  names: readonly string[],
): Panel {
  return {
    x: { label: "epochs passed", isWhole: true },
    y: { label: "AUC" },
    series: names.map((name) => ({
      name,
      points: curves[name].map(({ epoch, auc }): Point => [epoch, auc]),
    })),
  };
}

/** Where `without` has a value it is the point at 0, and a line through the whole picture. */
function thinning(
  label: string,
  { points, without, unseenByPopularity }: Coverage,
  kind: keyof Known,
): Panel {
  const base = kind === "unseen" ? unseenByPopularity : without[kind];
  const curve = (of: (point: Coverage["points"][number]) => Known): Point[] =>
    points.map((point) => [point.share, of(point)[kind] ?? Number.NaN]);
  return {
    x: { label: "share of the items that have side information", range: [0, 1] },
    y: { label },
    series: [
      { name: "learned weights", points: curve((point) => point) },
      { name: "equal weights", points: curve(({ equal }) => equal) },
      {
        name: kind === "unseen" ? "popularity" : "skip-gram without",
        points: [
          [0, base ?? Number.NaN],
          [1, base ?? Number.NaN],
        ],
      },
    ],
  };
}
