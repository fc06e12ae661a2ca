import { showable } from "./showable.ts";

/** Rows of text as columns, the first one to the left and the others, which hold numbers, to the right. */
export function table(
  cells: readonly (readonly string[])[],
  align: "right" | "left" = "right",
): string {
  const rows = cells.map((row) => row.map(showable));
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => widthOf(row[i] ?? ""))));
  return rows
    .map((row) =>
      row
        .map((cell, i) => {
          const gap = " ".repeat(widths[i] - widthOf(cell));
          return i === 0 || align === "left" ? cell + gap : gap + cell;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Places on the screen: characters, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length;
}
