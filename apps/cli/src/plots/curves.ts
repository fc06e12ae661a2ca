import type { PrecisionRecallCurve } from "@kith/metrics";
import type { Epoch } from "@kith/recommender";
import type { Figure, Panel, Point } from "./figure.ts";

/** A precision–recall curve with what it is of. */
export interface NamedCurve {
  readonly name: string;
  readonly curve: PrecisionRecallCurve;
}

/** Precision–recall curves over each other, as the steps they are. */
export function precisionRecallFigure(title: string, curves: readonly NamedCurve[]): Figure {
  const series = curves.map(({ name, curve }) => ({ name, points: steps(curve) }));
  const least = Math.min(
    ...series.flatMap(({ points }) => points.map(([, precision]) => precision)),
  );
  return {
    title,
    panels: [
      {
        x: { label: "recall", range: [0, 1] },
        y: { label: "precision", range: [Math.floor(Math.min(least, 0.9) * 10) / 10, 1] },
        series,
      },
    ],
  };
}

/** Between two recalls the precision is that of the higher one: no threshold gives anything between. */
function steps({ precision, recall }: PrecisionRecallCurve): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < precision.length; i++) {
    if (i > 0) points.push([recall[i], precision[i - 1]]);
    points.push([recall[i], precision[i]]);
  }
  return points;
}

/** Loss by epoch, and below it the validation metric where there is one. */
export function learningFigure(
  title: string,
  epochs: readonly Epoch[],
  metric: string | undefined,
): Figure {
  const [first = 0] = epochs.map(({ epoch }) => epoch);
  const last = epochs.at(-1)?.epoch ?? 1;
  const panel = (name: string, value: (epoch: Epoch) => number | undefined): Panel => ({
    x: { label: "epoch", isWhole: true, range: last > first ? [first, last] : [0, last + 1] },
    y: { label: name },
    series: [
      {
        name,
        points: epochs.map((epoch): Point => [epoch.epoch, value(epoch) ?? Number.NaN]),
      },
    ],
  });
  const isMeasured =
    metric !== undefined && epochs.some(({ validation }) => validation?.[metric] !== undefined);
  return {
    title,
    panels: [
      panel("loss", ({ loss }) => loss),
      ...(isMeasured
        ? [panel(`validation ${metric}`, ({ validation }) => validation?.[metric])]
        : []),
    ],
  };
}
