import { escaped } from "../markup.ts";
import { took } from "../progress.ts";
import { metricCell } from "../result.ts";
import { number } from "../words.ts";
import { type Findings, ranked } from "./findings.ts";
import type { Outcome } from "./outcomes.ts";
import { isWorse, type Standing } from "./standings.ts";
import { intervalText, pText, sizeText } from "./text-table.ts";

/** The models, best first: a table on a desk, and a card for each on a phone. */
export function resultTable(findings: Findings): string {
  const { metrics, decisive } = findings;
  const heads = ["model", ...metrics, "training", "measuring", "size"];
  const head = heads
    .map((name) => {
      const sorted = name === decisive ? ' aria-sort="descending"' : "";
      return `<th scope="col"${sorted}>${escaped(name)}</th>`;
    })
    .join("");
  const rows = ranked(findings).map((outcome) => row(findings, outcome));
  return `<div class="scroll" tabindex="0"><table>
<caption>Mean, 95 % interval, and p of the difference to the best of each metric (Holm). The best is bold; what cannot be told from it has “=”.</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
}

function row(findings: Findings, outcome: Outcome): string {
  const { metrics, standings } = findings;
  const { contender, finished, failure = "" } = outcome;
  const head = `<th scope="row">${contender.label.split(";").map(escaped).join(";<wbr>")}</th>`;
  const standing = standings.get(outcome);
  if (!finished || !standing)
    return `<tr class="failed">${head}<td colspan="${metrics.length + 3}" data-label="failed">failed: ${escaped(failure)}</td></tr>`;
  const { trained, bestEpoch, evaluationSeconds, bytes } = finished;
  const kept =
    bestEpoch === undefined || bestEpoch === trained.epochs ? "" : `, best ${number(bestEpoch)}`;
  const epochs = contender.chosen.hasEpochs
    ? `${number(trained.epochs)} epoch${trained.epochs === 1 ? "" : "s"}${kept}`
    : "one pass";
  return `<tr>${head}${metrics.map((key) => metricTd(key, standing[key])).join("")}${td("training", took(trained.seconds), epochs)}${td("measuring", took(evaluationSeconds))}${td("size", sizeText(bytes))}</tr>`;
}

function metricTd(key: string, standing: Standing): string {
  const mark = standing.isBest ? "best" : isWorse(standing) === false ? "alike" : "";
  const p = standing.isBest
    ? "best"
    : standing.pValue === undefined
      ? ""
      : `p ${pText(standing)
          .replace(/^(?=\d)/, "= ")
          .replace("<", "< ")}`;
  return td(key, metricCell(standing.mean), [intervalText(standing), p], mark);
}

function td(
  label: string,
  value: string,
  below: string | readonly string[] = [],
  mark = "",
): string {
  const small = [below]
    .flat()
    .filter((text) => text !== "")
    .map((text) => `<small>${escaped(text)}</small>`);
  return `<td data-label="${escaped(label)}"${mark && ` class="${mark}"`}><span>${escaped(value)}</span>${small.join("")}</td>`;
}
