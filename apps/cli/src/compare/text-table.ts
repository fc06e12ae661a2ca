import { took } from "../progress.ts";
import { metricCell } from "../result.ts";
import { table } from "../table.ts";
import { inWords } from "../words.ts";
import { type Findings, ranked } from "./findings.ts";
import type { Outcome } from "./outcomes.ts";
import { isWorse, type Standing } from "./standings.ts";

/** The comparison as a table, best first, and below it what its marks mean. */
export function comparisonTable(findings: Findings): string {
  const { decisive, standings } = findings;
  const finished = ranked(findings).filter(({ finished }) => finished);
  const failed = findings.outcomes.filter(({ failure }) => failure !== undefined);
  const failures = failed.map(
    ({ contender, failure }) => `${contender.label} failed: ${failure ?? ""}`,
  );
  if (finished.length === 0) return failures.join("\n");
  const [first] = finished;
  const others = Object.keys(standings.get(first) ?? {}).filter((key) => key !== decisive);
  const rows = finished.map((outcome) => {
    const of = standings.get(outcome) as Readonly<Record<string, Standing>>;
    return [
      outcome.contender.label,
      marked(of[decisive]),
      intervalText(of[decisive], "–"),
      pText(of[decisive]),
      ...others.map((key) => marked(of[key])),
      ...costs(outcome),
    ];
  });
  const head = [
    first.finished?.measured.subject ?? "",
    `${decisive}  `,
    "95 % interval",
    "p",
    ...others.map((key) => `${key}  `),
    ...["training", "measuring", "size"],
  ];
  return [table([head, ...rows]), ...failures, "", ...legend(findings)].join("\n");
}

/** 0.0123 and a mark: * the best, = not told from the best. */
function marked(standing: Standing): string {
  const mark = standing.isBest ? "*" : isWorse(standing) === false ? "=" : " ";
  return `${metricCell(standing.mean)} ${mark}`;
}

export function intervalText({ interval }: Standing, none = ""): string {
  return interval ? interval.map(metricCell).join(" … ") : none;
}

/** A p-value with as many digits as mean something. */
export function pText({ pValue, isBest }: Standing): string {
  if (isBest) return "best";
  if (pValue === undefined) return "–";
  return pValue < 0.001 ? "<0.001" : pValue.toFixed(3);
}

function costs({ finished }: Outcome): string[] {
  return finished
    ? [took(finished.trained.seconds), took(finished.evaluationSeconds), sizeText(finished.bytes)]
    : [];
}

/** 1234567 → "1.2 MB". */
export function sizeText(bytes: number): string {
  const [unit, scale] = bytes >= 1e9 ? ["GB", 1e9] : bytes >= 1e6 ? ["MB", 1e6] : ["kB", 1e3];
  return `${(bytes / Number(scale)).toFixed(1)} ${unit}`;
}

function legend({ standings }: Findings): string[] {
  if (standings.size < 2) return [];
  const tests = testsUsed([...standings.values()]);
  const told = tests.length === 0 ? "not tested" : `two-sided ${inWords(tests)}`;
  return [
    `* best; = not worse than the best at p < 0.05. p: ${told} against the best of each metric,`,
    `corrected for ${standings.size - 1} comparison${standings.size === 2 ? "" : "s"} (Holm). Intervals: bootstrap.`,
  ];
}

/** The tests that were made, each once. */
export function testsUsed(standings: readonly Readonly<Record<string, Standing>>[]): string[] {
  const all = standings.flatMap((each) => Object.values(each)).map(({ test }) => test);
  return [...new Set(all)].filter((test) => test !== undefined);
}
