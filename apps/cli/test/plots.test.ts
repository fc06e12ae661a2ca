import { prCurve } from "@kith/metrics";
import { learningFigure, precisionRecallFigure } from "../src/plots/curves.ts";
import { svgFigure } from "../src/plots/svg.ts";
import { textFigure } from "../src/plots/text.ts";
import { ticksOf, tickTexts } from "../src/plots/ticks.ts";

const epochs = [2, 1.5, 1.25, 1].map((loss, n) => ({
  epoch: n + 1,
  epochs: 4,
  loss,
  seconds: 1,
  validation: { auc: 0.5 + n / 10 },
}));
const cliff = precisionRecallFigure("walks & pairs", [
  { name: "all", curve: prCurve([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.5, 0.5, 0.5, 0.1]) },
  { name: "seen", curve: prCurve([1, 1, 0], [0.9, 0.8, 0.1]) },
]);

test("ticks are round and within the range", () => {
  expect(ticksOf([0, 1], { most: 5 })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksOf([0.9472, 0.9502], { most: 4 })).toEqual([0.948, 0.949, 0.95]);
  expect(ticksOf([1, 3], { most: 8, isWhole: true })).toEqual([1, 2, 3]);
  expect(ticksOf([1, 250], { most: 8 })).toEqual([50, 100, 150, 200, 250]);
  expect(tickTexts([0, 0.25, 0.5])).toEqual(["0.00", "0.25", "0.50"]);
  expect(tickTexts([0, 5e-7])).toEqual(["0", "5e-7"]);
});

test("a precision–recall curve is drawn as the steps it is: where scores tie it falls straight down", () => {
  const [{ points }] = cliff.panels[0].series;
  expect(points).toEqual([
    [1, 0.5],
    [1, 0.5],
    [1, 0.6],
    [2 / 3, 0.6],
    [2 / 3, 1],
    [1 / 3, 1],
    [1 / 3, 1],
    [0, 1],
    [0, 1],
  ]);
});

test("curves in characters: 60 wide, the first one on top", () => {
  const lines = textFigure(cliff).split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "walks & pairs",
    "precision",
    "* all",
    "o seen",
    ` 1.0|${"*".repeat(37)}${"o".repeat(18)}`,
  ]);
  expect(lines.at(-2)).toBe(`    +${"-".repeat(55)}`);
  expect(lines.at(-1)).toMatch(/^ {5}0 +recall +1$/);
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{0,60}$/);
});

test("loss and validation metric stand in two panels, over the same epochs", () => {
  const drawn = textFigure(learningFigure("training", epochs, "auc"));
  expect(drawn).toContain("* loss\n 2|**");
  expect(drawn).toContain("* validation auc\n 0.8|");
  expect(drawn.match(/^ +1 +epoch +4$/gm)).toHaveLength(2);
  const alone = epochs.map(({ validation: _validation, ...rest }) => rest);
  expect(learningFigure("training", alone, "auc").panels).toHaveLength(1);
});

test("an SVG has every curve, its texts escaped, and numbers only", () => {
  const svg = svgFigure(cliff);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="640" /);
  expect(svg.match(/stroke-width="2"/g)).toHaveLength(4); // two curves, and two strokes of the legend
  expect(svg).toContain("<title>walks &amp; pairs</title>");
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const hostile = svgFigure(learningFigure('<script>"\u0007', epochs, "auc"));
  expect(hostile).toContain("<title>&lt;script>&quot;\ufffd</title>");
  expect(hostile.match(/<circle /g)).toHaveLength(8);
});

test.each([
  ["one epoch", epochs.slice(0, 1)],
  ["no epoch", []],
  ["a loss that is no number", [{ ...epochs[0], loss: Number.NaN }]],
  ["losses that are all the same", epochs.map((epoch) => ({ ...epoch, loss: 0 }))],
])("%s can be drawn, too", (_, of) => {
  const figure = learningFigure("training", of, "auc");
  for (const drawn of [svgFigure(figure), textFigure(figure)])
    expect(drawn).not.toMatch(/NaN|Infinity/);
});
