import { type Figure, finiteSeries, type Panel, rangeOf } from "./figure.ts";
import { tickTexts } from "./ticks.ts";

const WIDTH = 60;
const ROWS = { alone: 14, shared: 7 };
/** Marks of the curves; the first one's is on top. */
const MARKS = ["*", "o", "x"];

/** A figure in plain characters, up to 60 wide. */
export function textFigure({ title, panels }: Figure): string {
  const rows = panels.length === 1 ? ROWS.alone : ROWS.shared;
  return [title, ...panels.map((panel) => textPanel(panel, rows))].join("\n");
}

function textPanel(panel: Panel, rows: number): string {
  const [xs, ys] = [rangeOf(panel, 0), rangeOf(panel, 1)];
  const [low, high] = tickTexts(ys.map((value) => Number(value.toPrecision(4))));
  const margin = Math.max(low.length, high.length) + 1;
  const columns = WIDTH - margin - 1;
  const cells = Array.from({ length: rows }, () => Array<string>(columns).fill(" "));
  for (const [n, { points }] of [...finiteSeries(panel).entries()].reverse()) {
    const places = points.map(([x, y]) => [
      ((x - xs[0]) / (xs[1] - xs[0])) * (columns - 1),
      ((ys[1] - y) / (ys[1] - ys[0])) * (rows - 1),
    ]);
    places.forEach(([column, row], i) => {
      const [fromColumn, fromRow] = places[Math.max(0, i - 1)];
      const steps = Math.ceil(2 * Math.max(Math.abs(column - fromColumn), Math.abs(row - fromRow)));
      for (let step = 0; step <= steps; step++) {
        const share = steps === 0 ? 1 : step / steps;
        const at = (from: number, to: number) => Math.round(from + share * (to - from));
        const line = cells[at(fromRow, row)];
        const place = at(fromColumn, column);
        if (line !== undefined && place >= 0 && place < columns) line[place] = MARKS[n] ?? "+";
      }
    });
  }
  const label = (row: number) => (row === 0 ? high : row === rows - 1 ? low : "");
  const [first, last] = tickTexts(xs.map((value) => Number(value.toPrecision(4))));
  const between = columns - first.length - last.length;
  return [
    ...legend(panel),
    ...cells.map((line, row) => `${label(row).padStart(margin)}|${line.join("")}`.trimEnd()),
    `${" ".repeat(margin)}+${"-".repeat(columns)}`,
    `${" ".repeat(margin + 1)}${first}${centred(panel.x.label, between)}${last}`,
  ].join("\n");
}

/** What the marks mean; of one curve what it shows. */
function legend({ series, y }: Panel): string[] {
  return series.length === 1
    ? [`${MARKS[0]} ${series[0].name}`]
    : [y.label, ...series.map(({ name }, n) => `${MARKS[n] ?? "+"} ${name}`)];
}

function centred(text: string, width: number): string {
  const left = Math.max(0, Math.floor((width - [...text].length) / 2));
  return (" ".repeat(left) + text).padEnd(width);
}
