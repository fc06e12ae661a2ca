import { kebabCase } from "../letter-case.ts";
import { escaped } from "../markup.ts";
import { courseFigures } from "../plots/comparison.ts";
import { svgFigure } from "../plots/svg.ts";
import { provenance, VERSION } from "../result.ts";
import { count, inWords, number } from "../words.ts";
import { type Findings, optionsOf, ranked } from "./findings.ts";
import { STYLE } from "./report-style.ts";
import { resultTable } from "./report-table.ts";
import { CONFIDENCE, isWorse, resamplesFor, SIGNIFICANCE } from "./standings.ts";
import { intervalText, testsUsed } from "./text-table.ts";

/** Of the figures; small enough for a phone, and two beside each other on a desk. */
const FIGURE = { width: 440, height: 260 };

/** What the page says beside the findings. */
export interface ReportContext {
  /** The data and its split in a sentence. */
  readonly summary: string;
  /** Labels of models that an interruption kept from finishing. */
  readonly left: readonly string[];
  /** What people should know about the figures. */
  readonly notes: readonly string[];
  /** The command that made it. */
  readonly command: string;
  readonly date: Date;
}

/** The comparison as one page of HTML, which needs nothing but itself: no script, no font, no picture from elsewhere. */
export function reportPage(findings: Findings, context: ReportContext): string {
  const title = `Comparison of ${count(findings.outcomes.length, "model")} by ${findings.decisive}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(context.summary)}.</p>
${paragraphs(verdict(findings, context))}
${resultTable(findings)}
${courses(findings)}
<h2>How it was measured</h2>
${list([...protocol(findings), ...context.notes])}
${formulas(findings)}
<h2>Data</h2>
${definitions({ data: findings.flags.data, ...counted(findings.facts) })}
<h2>Options</h2>
${options(findings)}
<h2>Made by</h2>
${definitions(origin(findings, context))}
</main>
</body>
</html>
`;
}

/** Who is best, who may be as good, and who is missing. */
function verdict(findings: Findings, { left }: ReportContext): string[] {
  const { decisive, standings } = findings;
  const sentences: string[] = [];
  const [first] = ranked(findings);
  const best = standings.get(first)?.[decisive];
  if (best) {
    const interval = intervalText(best);
    const others = [...standings].filter(([, of]) => !of[decisive].isBest);
    const alike = others.filter(([, of]) => isWorse(of[decisive]) === false);
    const names = inWords(alike.map(([{ contender }]) => contender.label));
    sentences.push(
      `${first.contender.label} has the best ${decisive}: ${best.mean.toFixed(4)}${interval && ` (95 % interval ${interval})`}.` +
        (alike.length > 0
          ? ` ${names} cannot be told from it on these data.`
          : others.length > 0 && others.every(([, of]) => isWorse(of[decisive]))
            ? ` ${others.length === 1 ? "The other one is" : "All others are"} significantly worse.`
            : ""),
    );
  }
  const failed = findings.outcomes.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    sentences.push(`${inWords(failed.map(({ contender }) => contender.label))} failed.`);
  if (left.length > 0)
    sentences.push(`The comparison was interrupted: ${inWords(left)} did not finish.`);
  return sentences;
}

/** The learning curves, where there was validation data. */
function courses(findings: Findings): string {
  const { decisive } = findings;
  const found = ranked(findings).map(({ contender, curve }) => ({
    name: shortened(contender.label),
    isOnePass: !contender.chosen.hasEpochs,
    points: curve.flatMap(({ epoch, seconds, validation }) => {
      const value = validation?.[decisive];
      return value === undefined ? [] : [{ epoch, seconds, value }];
    }),
  }));
  const drawn = found.filter(({ points }) => points.length > 0);
  if (drawn.length === 0)
    return "<h2>Learning curves</h2>\n<p>None: there was no validation data.</p>";
  const figures = courseFigures(decisive, drawn).map((figure) => svgFigure(figure, FIGURE));
  const levels = drawn.some(({ isOnePass }) => isOnePass)
    ? "<p>Models that learn in one pass are levels from the end of their training on.</p>"
    : "";
  return `<h2>Learning curves</h2>\n<div class="figures">\n${figures.join("\n")}</div>\n${levels}`;
}

/** A label that fits beside a curve: without its middle, as models of one name differ at the end. */
function shortened(label: string): string {
  const characters = [...label];
  return characters.length <= 44
    ? label
    : `${characters.slice(0, 24).join("")}…${characters.slice(-19).join("")}`;
}

function protocol({ standings, outcomes, flags, seed, decisive, facts }: Findings): string[] {
  const [finished] = outcomes.flatMap(({ finished }) => finished ?? []);
  const { validationRows, validationSessions } = facts as Record<string, number | undefined>;
  const hasValidation = (validationRows ?? validationSessions ?? 0) > 0;
  const { samples, fields } = finished?.measured ?? {};
  const budget = [
    ...(flags.seconds === undefined
      ? []
      : [
          `${number(flags.seconds)} s of training with validation, ended after the epoch that passes them`,
        ]),
    ...(flags.epochs === undefined
      ? []
      : [`at most ${count(flags.epochs, "epoch")} unless its options say otherwise`]),
  ];
  const size = samples?.of.length ?? 0;
  return [
    "All models were trained, validated and measured on the same rows, one after the other on the same machine.",
    `Budget of each: ${budget.length === 0 ? "its own number of epochs" : budget.join("; ")}${flags.patience === undefined ? "" : `; stopped early after ${count(flags.patience, "validation")} without a better one`}. Models that learn in one pass end with that.`,
    hasValidation
      ? `Each keeps the epoch with the best validation ${decisive}; the test data was not looked at for that.`
      : "There was no validation data: each was measured as its last epoch left it.",
    ...(fields?.protocol === "full ranking"
      ? [
          "Full ranking: every item is ranked for every user of the test data, without those that the user has in the training and validation data. Nothing is sampled.",
        ]
      : []),
    ...(fields?.protocol === "next item, full ranking"
      ? [
          `Next item, full ranking: after every click but the last all items are ranked, those of the session included. Ties are ${fields.ties}. Intervals and tests are over sessions, as clicks of one session depend on each other.`,
        ]
      : []),
    ...(samples
      ? [
          `Intervals: ${CONFIDENCE * 100} %, percentile bootstrap of the mean over ${number(size)} ${samples.noun}s, ${number(resamplesFor(size))} resamples, seed ${seed}. They hold for other ${samples.noun}s like these, not for other seeds of the training.`,
        ]
      : []),
    ...significance(standings),
    "Training is wall-clock time with validation, measuring that of the test data; size is that of the saved model.",
  ];
}

function significance(standings: Findings["standings"]): string[] {
  const tests = testsUsed([...standings.values()]);
  if (tests.length === 0) return [];
  return [
    `p: two-sided ${inWords(tests)} of the difference to the model that is best by the metric, over the same samples; corrected for ${count(standings.size - 1, "comparison")} within each metric by Holm's method; significant below ${SIGNIFICANCE}. The best is chosen by the same data, so a p-value near the limit says little.`,
  ];
}

function formulas({ outcomes }: Findings): string {
  const [finished] = outcomes.flatMap(({ finished }) => finished ?? []);
  const { formulas = {}, samples } = finished?.measured ?? {};
  if (Object.keys(formulas).length === 0) return "";
  const what =
    samples?.noun === "session"
      ? "Of one click, averaged over all; hit(i) is 1 when place i holds the item, and n is 1."
      : "Of one user, averaged over all; hit(i) is 1 when place i holds a held-out item, n the number of these.";
  return `<p>${what}</p>\n${definitions(formulas)}`;
}

function options(findings: Findings): string {
  return ranked(findings)
    .map(({ contender: { label, chosen, model } }) => {
      const own = Object.entries(optionsOf(model)).map(([name, value]) => [kebabCase(name), value]);
      const name = label === chosen.name ? chosen.title : `${chosen.title}, ${chosen.name}`;
      const body = own.length === 0 ? "<p>It has none.</p>" : definitions(Object.fromEntries(own));
      return `<details><summary>${escaped(label)} <small>${escaped(name)}</small></summary>${body}</details>`;
    })
    .join("\n");
}

function origin({ seed }: Findings, { command, date }: ReportContext): Record<string, unknown> {
  const { versions, backend } = provenance() as Record<string, Record<string, unknown>>;
  return {
    command,
    date: date.toISOString(),
    seed,
    kith: VERSION,
    node: versions.node,
    kernels: backend.kernels,
    threads: backend.threads,
  };
}

function paragraphs(sentences: readonly string[]): string {
  return sentences.map((each) => `<p class="verdict">${escaped(each)}</p>`).join("\n");
}

function list(sentences: readonly string[]): string {
  return `<ul>\n${sentences.map((each) => `<li>${escaped(each)}</li>`).join("\n")}\n</ul>`;
}

/** Names and values; records within are named by both. */
function definitions(facts: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(facts).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, each]) => [`${name} ${key}`, each] as const)
      : [[name, value] as const],
  );
  const shown = rows.filter(([, value]) => value !== undefined);
  const text = (value: unknown) =>
    Array.isArray(value) ? value.join(", ") || "none" : value === "" ? "none" : String(value);
  return `<dl>\n${shown.map(([name, value]) => `<div><dt>${escaped(words(name))}</dt><dd>${escaped(text(value))}</dd></div>`).join("\n")}\n</dl>`;
}

/** Counts as people read them: 12,345. */
function counted(facts: Findings["facts"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === "number" ? number(value) : value,
    ]),
  );
}

/** trainRows → "train rows"; keys such as recall@20 stay as they are. */
function words(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
