import type { Id } from "@kith/data";
import type { Ranking, Reason } from "@kith/recommender";
import { showable } from "./showable.ts";
import { table } from "./table.ts";
import type { Titles } from "./titles.ts";
import { inWords } from "./words.ts";

/** A ranking for people: place, item, score, title, and below it the reasons where there are any. */
export function rankingTable(
  { items, scores }: Ranking,
  titles: Titles,
  reasons?: readonly (readonly Reason[])[],
): string {
  const rows = items.map((item, i) => [
    `${i + 1}`.padStart(4),
    String(item),
    scores[i].toPrecision(4),
    titles(item) ?? "",
  ]);
  const lines = rows.length === 0 ? [] : table(rows, "left").split("\n");
  return lines
    .flatMap((line, i) => {
      const because = reasons?.[i]?.map(({ item }) => nameOf(item, titles)) ?? [];
      return because.length === 0
        ? [line]
        : [line, `      because of ${showable(inWords(because))}`];
    })
    .join("\n");
}

/** What people call an item: its id, unless that is a mere number and there is a title. */
function nameOf(item: Id, titles: Titles): string {
  const id = String(item);
  return (/^\d+$/.test(id) && titles(item)) || id;
}

/** The reasons that count: those that speak for the item, the strongest first. */
export function strongest(reasons: readonly Reason[], most = 3): Reason[] {
  return reasons.filter(({ weight }) => weight > 0).slice(0, most);
}
