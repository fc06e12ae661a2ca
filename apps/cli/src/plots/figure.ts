/** A point of a curve. */
export type Point = readonly [x: number, y: number];

/** A curve. Points that are not finite are left out. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Whether it is one value from its first point on, rather than a course. */
  readonly isLevel?: boolean;
}

/** What is drawn along one side. */
export interface Axis {
  readonly label: string;
  /** Default: from the least to the greatest of what is drawn. */
  readonly range?: readonly [least: number, greatest: number];
  /** Whether only whole numbers make sense, as for epochs. */
  readonly isWhole?: boolean;
}

/** Curves over the same axes. */
export interface Panel {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** Panels below each other, under one title. */
export interface Figure {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** The curves of a panel without what cannot be drawn. */
export function finiteSeries({ series }: Panel): Series[] {
  return series.map(({ points, ...rest }) => ({
    ...rest,
    points: points.filter((point) => point.every(Number.isFinite)),
  }));
}

/** From where to where an axis goes, never the same: 0 is the x axis, 1 the y axis. */
export function rangeOf(panel: Panel, axis: 0 | 1): readonly [least: number, greatest: number] {
  const { range } = axis === 0 ? panel.x : panel.y;
  if (range) return range;
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points } of finiteSeries(panel))
    for (const point of points) {
      least = Math.min(least, point[axis]);
      greatest = Math.max(greatest, point[axis]);
    }
  if (least > greatest) return [0, 1]; // nothing to draw
  const gap = greatest - least || Math.abs(least) / 10 || 1;
  return least === greatest ? [least - gap / 2, greatest + gap / 2] : [least, greatest];
}
