/** A point of a picture, and which group it is of. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly group: number;
  /** Drawn as a cross with a ring, above the others. */
  readonly isMarked: boolean;
}

export interface Plot {
  readonly title: string;
  readonly dots: readonly Dot[];
}

const SIDE = 200;
const GAP = 16;
const TITLE = 44;
const CAPTION = 26;
/** Hues that are told apart by most eyes, on white and on black. */
const COLOURS = ["#2f7fc1", "#d3700f", "#3f9a54", "#b0509b", "#8a7a12", "#c0392b"];
const TEXT = "#767676";

/** Small plots beside each other, each scaled to its own dots. */
export function svgScatter(title: string, plots: readonly Plot[], columns = 3): string {
  const rows = Math.ceil(plots.length / columns);
  const width = columns * (SIDE + GAP) + GAP;
  const height = TITLE + rows * (SIDE + CAPTION + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}" role="img">`,
    `<title>${title}</title>`,
    `<text x="${GAP}" y="28" font-size="15" font-weight="600">${title}</text>`,
    ...plots.map((plot, n) => {
      const left = GAP + (n % columns) * (SIDE + GAP);
      const top = TITLE + Math.floor(n / columns) * (SIDE + CAPTION + GAP);
      return `<g transform="translate(${left} ${top})">${plotParts(plot)}</g>`;
    }),
    "</svg>",
    "",
  ].join("\n");
}

function plotParts({ title, dots }: Plot): string {
  const place = (of: (dot: Dot) => number) => {
    const all = dots.map(of);
    const [least, greatest] = [Math.min(...all), Math.max(...all)];
    return (dot: Dot) => 10 + ((of(dot) - least) / (greatest - least || 1)) * (SIDE - 20);
  };
  const [x, y] = [place((dot) => dot.x), place((dot) => -dot.y)];
  const drawn = [...dots].sort((a, b) => Number(a.isMarked) - Number(b.isMarked));
  return [
    `<text y="16">${title}</text>`,
    `<g transform="translate(0 ${CAPTION})"><rect width="${SIDE}" height="${SIDE}" fill="none" stroke="${TEXT}" stroke-opacity="0.4"/>`,
    ...drawn.map((dot) => mark(dot, x(dot), y(dot))),
    "</g>",
  ].join("");
}

function mark({ group, isMarked }: Dot, x: number, y: number): string {
  const colour = COLOURS[group % COLOURS.length];
  const [cx, cy] = [x.toFixed(1), y.toFixed(1)];
  if (!isMarked)
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}" fill-opacity="0.75"/>`;
  const cross = `<path d="M${cx} ${cy}m-4 -4l8 8m0 -8l-8 8" stroke="${colour}" stroke-width="2"/>`;
  return `${cross}<circle cx="${cx}" cy="${cy}" r="8" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}
