import { escaped } from "../markup.ts";
import type { Colouring } from "./colouring.ts";

/** What a map shows. */
export interface MapFigure {
  readonly title: string;
  /** A sentence below the title: how it was made. */
  readonly caption: string;
  /** Shape [count, 2]. */
  readonly points: Float64Array;
  /** A name for each, most important first: the first ones stand beside their points where there is room. */
  readonly names: readonly string[];
  readonly colouring: Colouring;
  /** Names to write at most. */
  readonly labels: number;
}

const [WIDTH, HEIGHT, TOP, MARGIN, LEGEND] = [900, 640, 64, 16, 200];
const TEXT = "#767676";
const FONT = 12;
/** What a letter is wide, about. */
const LETTER = 6.4;
const LONGEST = 28;

/** Names lie on points, so they have an edge in the colour of the page. */
const STYLE =
  "<style>.name{fill:#333;stroke:#fff;stroke-opacity:.85;stroke-width:3px;paint-order:stroke}@media(prefers-color-scheme:dark){.name{fill:#ddd;stroke:#0d1117}}</style>";

/** A map as SVG, with nothing behind it: it stands on light and on dark pages. Each point's name comes up under the pointer. */
export function mapSvg({ title, caption, points, names, colouring, labels }: MapFigure): string {
  const place = placed(points);
  const count = names.length;
  const radius = count > 2000 ? 2 : count > 500 ? 2.6 : 3.6;
  const dots = names.map((name, n) => {
    const [x, y] = place(n);
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colouring.colours[n]}"><title>${escaped(name)}</title></circle>`;
  });
  const legend = colouring.legend.map(({ colour, text }, n) => {
    const y = TOP + 34 + 20 * n;
    return `<circle cx="${WIDTH - LEGEND + 6}" cy="${y}" r="5" fill="${colour}"/><text x="${WIDTH - LEGEND + 18}" y="${y}" dominant-baseline="middle">${escaped(shortened(text))}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="${FONT}" fill="${TEXT}" role="img">`,
    STYLE,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(caption)}</desc>`,
    `<text x="${MARGIN}" y="26" font-size="15" font-weight="600">${escaped(title)}</text>`,
    `<text x="${MARGIN}" y="46">${escaped(caption)}</text>`,
    `<g fill-opacity="0.75">`,
    ...dots.reverse(), // the first ones on top
    "</g>",
    `<text x="${WIDTH - LEGEND}" y="${TOP + 12}" font-weight="600">${escaped(colouring.title)}</text>`,
    ...legend,
    ...labelParts(names, place, labels),
    "</svg>",
    "",
  ].join("\n");
}

/** Where a point stands, both axes to one scale. */
function placed(points: Float64Array): (n: number) => readonly [number, number] {
  const range = (axis: 0 | 1) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let n = axis; n < points.length; n += 2) {
      least = Math.min(least, points[n]);
      most = Math.max(most, points[n]);
    }
    return [least, most] as const;
  };
  const [xs, ys] = [range(0), range(1)];
  const [width, height] = [WIDTH - LEGEND - 2 * MARGIN, HEIGHT - TOP - MARGIN];
  const scale = Math.min(width / (xs[1] - xs[0] || 1), height / (ys[1] - ys[0] || 1));
  const [left, top] = [MARGIN + width / 2, TOP + height / 2];
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return (n) => [
    rounded(left + (points[2 * n] - (xs[0] + xs[1]) / 2) * scale),
    rounded(top - (points[2 * n + 1] - (ys[0] + ys[1]) / 2) * scale),
  ];
}

/** Names beside the first points, but for those that would lie on one that is there. */
function labelParts(
  names: readonly string[],
  place: (n: number) => readonly [number, number],
  most: number,
): string[] {
  const taken: (readonly [number, number, number])[] = [];
  const parts: string[] = [];
  for (let n = 0; n < names.length && parts.length < most; n++) {
    const text = shortened(names[n]);
    const width = LETTER * [...text].length;
    const [px, y] = place(n);
    const x = px + 6 + width > WIDTH - LEGEND ? px - 6 - width : px + 6;
    if (
      taken.some(
        ([tx, ty, w]) => Math.abs(ty - y) < FONT + 3 && x < tx + w + 4 && tx < x + width + 4,
      )
    )
      continue;
    taken.push([x, y, width]);
    parts.push(
      `<text x="${x}" y="${y}" dominant-baseline="middle" class="name">${escaped(text)}</text>`,
    );
  }
  return parts;
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= LONGEST ? text : `${letters.slice(0, LONGEST - 1).join("")}…`;
}
