/** An element with text in it. */
export function text(tag: string, content: string, className = ""): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  element.className = className;
  return element;
}

/** A row of a table. */
export function row(...cells: readonly (string | Node)[]): HTMLElement {
  const made = document.createElement("tr");
  for (const content of cells) {
    const cell = document.createElement("td");
    cell.append(content);
    made.append(cell);
  }
  return made;
}
