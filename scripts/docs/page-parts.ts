/** An AUC as tables have it: seeds move the fourth decimal and more. */
export function auc(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(3);
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Rows of cells as a table in markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * A sentence that the figures have to bear out.
 * @throws Error when they do not: then the page must say something else
 */
export function says(isTrue: boolean, sentence: string): string {
  if (isTrue) return sentence;
  throw new Error(`the page would say what its figures do not: ${sentence}`);
}
