/** Rows of equal keys as a markdown table. */
export function markdownTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  if (rows.length === 0) return "";
  const names = Object.keys(rows[0]);
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [
    line(names),
    line(names.map(() => "---")),
    ...rows.map((row) => line(names.map((name) => row[name] ?? ""))),
  ].join("\n");
}
