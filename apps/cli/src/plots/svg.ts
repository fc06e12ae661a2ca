import { escaped } from "../markup.ts";
import { type Figure, finiteSeries, type Panel, rangeOf, type Series } from "./figure.ts";
import { ticksOf, tickTexts } from "./ticks.ts";

const TITLE = 44;
const LEFT = 76;
const RIGHT = 20;
const LEGEND = 28;
const LEGEND_LINE = 20;
const BELOW = 48;
/** Of the area that is drawn in, for one panel and for each of several. */
const HEIGHTS = { alone: 380, shared: 220 };
/** Greys and hues that are legible on white and on black. */
const TEXT = "#767676";
const GRID = "#767676";
const COLOURS = [
  ...["#2f7fc1", "#d3700f", "#3f9a54", "#c2417c"],
  ...["#8468c9", "#9a7a12", "#0f8f94", "#c4483c"],
];
const DASHES = ["", "6 4", "2 3", "8 3 2 3"];
/** Curves of up to so many points have a dot at each. */
const DOTTED = 40;

/** How a figure is drawn. */
export interface SvgOptions {
  /** Default 640. */
  readonly width?: number;
  /** Of the area that is drawn in, for each panel. Default 380, and 220 where there are several. */
  readonly height?: number;
}

/** A figure as SVG, with nothing behind it: it stands on light and on dark pages. */
export function svgFigure({ title, panels }: Figure, options: SvgOptions = {}): string {
  const { width = 640, height = panels.length === 1 ? HEIGHTS.alone : HEIGHTS.shared } = options;
  const parts: string[] = [];
  let whole = TITLE;
  for (const panel of panels) {
    const names = legend(panel.series, whole, width);
    parts.push(...panelParts(panel, names, whole + names.height, width, height));
    whole += names.height + height + BELOW;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<text x="${LEFT}" y="28" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** @param from where the area that is drawn in begins */
function panelParts(
  panel: Panel,
  names: Legend,
  from: number,
  whole: number,
  height: number,
): string[] {
  const [xs, ys] = [rangeOf(panel, 0), panel.y.range ?? widened(rangeOf(panel, 1))];
  const width = whole - LEFT - RIGHT;
  const x = (value: number) => LEFT + ((value - xs[0]) / (xs[1] - xs[0])) * width;
  const y = (value: number) => from + height - ((value - ys[0]) / (ys[1] - ys[0])) * height;
  const xTicks = ticksOf(xs, { most: width / 65, isWhole: panel.x.isWhole });
  const yTicks = ticksOf(ys, { most: height / 50, isWhole: panel.y.isWhole });
  const xTexts = tickTexts(xTicks);
  const yTexts = tickTexts(yTicks);
  const bottom = from + height;
  const middle = from + height / 2;
  return [
    ...yTicks.map((tick, n) => {
      const at = rounded(y(tick));
      return `<path d="M${LEFT} ${at}H${LEFT + width}" stroke="${GRID}" stroke-opacity="0.25"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${yTexts[n]}</text>`;
    }),
    ...xTicks.map((tick, n) => {
      const at = rounded(x(tick));
      return `<path d="M${at} ${bottom}v5" stroke="${GRID}"/><text x="${at}" y="${bottom + 20}" text-anchor="middle">${xTexts[n]}</text>`;
    }),
    `<path d="M${LEFT} ${from}V${bottom}H${LEFT + width}" fill="none" stroke="${GRID}"/>`,
    `<text x="${LEFT + width / 2}" y="${bottom + 40}" text-anchor="middle">${escaped(panel.x.label)}</text>`,
    `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle">${escaped(panel.y.label)}</text>`,
    ...names.parts,
    ...finiteSeries(panel)
      .map((series, n) => curve(series, n, x, y))
      .reverse(), // the first one on top
  ];
}

/** Keeps curves off the edges. */
function widened([least, greatest]: readonly [number, number]): readonly [number, number] {
  const gap = (greatest - least) / 16;
  return [least - gap, greatest + gap];
}

function curve(
  { points, isLevel = false }: Series,
  n: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  if (points.length === 0) return "";
  const at = points.map(([px, py]) => `${rounded(x(px))} ${rounded(y(py))}`);
  const dots =
    points.length > DOTTED
      ? ""
      : (isLevel ? at.slice(0, 1) : at)
          .map((place) => `<circle ${attributes(place)} r="3" fill="${colour(n)}"/>`)
          .join("");
  return `<path d="M${at.join("L")}" ${stroke(n)}/>${dots}`;
}

function attributes(place: string): string {
  const [cx, cy] = place.split(" ");
  return `cx="${cx}" cy="${cy}"`;
}

interface Legend {
  readonly parts: readonly string[];
  readonly height: number;
}

/** Names of curves beside their strokes, in as many lines as they need; of one curve the axis says what it is. */
function legend(series: readonly Series[], top: number, width: number): Legend {
  if (series.length < 2) return { parts: [], height: LEGEND };
  let at = LEFT;
  let line = top + 10;
  const parts = series.map(({ name }, n) => {
    const room = 24 + 7.2 * [...name].length + 24;
    if (at > LEFT && at + room > width) [at, line] = [LEFT, line + LEGEND_LINE];
    const begin = at;
    at += room;
    return `<path d="M${begin} ${line}h18" ${stroke(n)}/><text x="${begin + 24}" y="${line}" dominant-baseline="middle">${escaped(name)}</text>`;
  });
  return { parts, height: line - top - 10 + LEGEND };
}

/** Curves differ by more than their colour. */
function stroke(n: number): string {
  const dash = DASHES[n % DASHES.length];
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return `fill="none" stroke="${colour(n)}" stroke-width="2" stroke-linejoin="round"${dashes}`;
}

function colour(n: number): string {
  return COLOURS[n % COLOURS.length];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
