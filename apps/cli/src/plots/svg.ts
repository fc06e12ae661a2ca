import {
  type Figure,
  finiteSeries,
  type Panel,
  type Point,
  rangeOf,
  type Series,
} from "./figure.ts";
import { ticksOf, tickTexts } from "./ticks.ts";

const WIDTH = 640;
const TITLE = 44;
const LEFT = 76;
const RIGHT = 20;
const LEGEND = 28;
const BELOW = 48;
/** Of the area that is drawn in, for one panel and for each of several. */
const HEIGHTS = { alone: 380, shared: 220 };
/** Greys and hues that are legible on white and on black. */
const TEXT = "#767676";
const GRID = "#767676";
const COLOURS = ["#2f7fc1", "#d3700f", "#3f9a54"];
/** Curves of up to so many points have a dot at each. */
const DOTTED = 40;

/** A figure as SVG, with nothing behind it: it stands on light and on dark pages. */
export function svgFigure({ title, panels }: Figure): string {
  const height = panels.length === 1 ? HEIGHTS.alone : HEIGHTS.shared;
  const each = LEGEND + height + BELOW;
  const whole = TITLE + panels.length * each;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${whole}" viewBox="0 0 ${WIDTH} ${whole}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<text x="${LEFT}" y="28" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...panels.flatMap((panel, n) => panelParts(panel, TITLE + n * each, height)),
    "</svg>",
    "",
  ].join("\n");
}

/** @param top where its legend begins; what is drawn is below that */
function panelParts(panel: Panel, top: number, height: number): string[] {
  const from = top + LEGEND;
  const [xs, ys] = [rangeOf(panel, 0), panel.y.range ?? widened(rangeOf(panel, 1))];
  const width = WIDTH - LEFT - RIGHT;
  const x = (value: number) => LEFT + ((value - xs[0]) / (xs[1] - xs[0])) * width;
  const y = (value: number) => from + height - ((value - ys[0]) / (ys[1] - ys[0])) * height;
  const xTicks = ticksOf(xs, { most: 8, isWhole: panel.x.isWhole });
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
    ...(panel.series.length > 1 ? legend(panel.series, top) : []), // of one curve the axis says what it is
    ...finiteSeries(panel)
      .map(({ points }, n) => curve(points, n, x, y))
      .reverse(), // the first one on top
  ];
}

/** Keeps curves off the edges. */
function widened([least, greatest]: readonly [number, number]): readonly [number, number] {
  const gap = (greatest - least) / 16;
  return [least - gap, greatest + gap];
}

function curve(
  points: readonly Point[],
  n: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  if (points.length === 0) return "";
  const at = points.map(([px, py]) => `${rounded(x(px))} ${rounded(y(py))}`);
  const dots =
    points.length > DOTTED
      ? ""
      : at.map((place) => `<circle ${attributes(place)} r="3" fill="${colour(n)}"/>`).join("");
  return `<path d="M${at.join("L")}" ${stroke(n)}/>${dots}`;
}

function attributes(place: string): string {
  const [cx, cy] = place.split(" ");
  return `cx="${cx}" cy="${cy}"`;
}

function legend(series: readonly Series[], top: number): string[] {
  let at = LEFT;
  return series.map(({ name }, n) => {
    const begin = at;
    at += 24 + 7.2 * [...name].length + 24;
    return `<path d="M${begin} ${top + 10}h18" ${stroke(n)}/><text x="${begin + 24}" y="${top + 10}" dominant-baseline="middle">${escaped(name)}</text>`;
  });
}

/** Curves differ by more than their colour. */
function stroke(n: number): string {
  const dashes = n === 0 ? "" : ` stroke-dasharray="${n === 1 ? "6 4" : "2 3"}"`;
  return `fill="none" stroke="${colour(n)}" stroke-width="2" stroke-linejoin="round"${dashes}`;
}

function colour(n: number): string {
  return COLOURS[n % COLOURS.length];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text as XML takes it, without control characters, which it does not. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, "�")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
