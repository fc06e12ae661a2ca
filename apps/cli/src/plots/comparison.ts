import type { Figure, Point, Series } from "./figure.ts";

/** A validation metric in the course of training. */
export interface Course {
  readonly name: string;
  /** Whether there is no course, but one value from its end on. */
  readonly isOnePass: boolean;
  readonly points: readonly {
    readonly epoch: number;
    readonly seconds: number;
    readonly value: number;
  }[];
}

/** How models compare in training: by epoch, and by the time that it took. */
export function courseFigures(metric: string, courses: readonly Course[]): Figure[] {
  return [
    figure(metric, courses, "epoch", ({ epoch }) => epoch),
    figure(metric, courses, "seconds of training, validation included", ({ seconds }) => seconds),
  ];
}

function figure(
  metric: string,
  courses: readonly Course[],
  label: string,
  at: (point: Course["points"][number]) => number,
): Figure {
  const isWhole = label === "epoch";
  const ends = courses.flatMap(({ points }) => points.map(at));
  const end = Math.max(...ends, 0);
  const last = isWhole ? Math.max(end, 2) : end || 1;
  const series = courses.map(({ name, isOnePass, points }): Series => {
    const own = points.map((point): Point => [at(point), point.value]);
    const tail = own.at(-1);
    return isOnePass && tail
      ? { name, isLevel: true, points: [tail, [last, tail[1]]] }
      : { name, points: own };
  });
  return {
    title: `Validation ${metric} by ${isWhole ? "epoch" : "time"}`,
    panels: [
      { x: { label, isWhole, range: [isWhole ? 1 : 0, last] }, y: { label: metric }, series },
    ],
  };
}
