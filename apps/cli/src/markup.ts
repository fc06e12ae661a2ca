/** Text as XML and HTML take it, in attributes, too; without control characters, which XML does not take. */
export function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
