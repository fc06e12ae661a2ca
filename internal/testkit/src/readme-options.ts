/** The options that a README's section "Options" has of a model, by name, with the defaults that it says. */
export function readmeOptions(readme: string, model: string): Readonly<Record<string, unknown>> {
  const sections = readme.slice(readme.indexOf("## Options")).split(/^(?=\*\*)/m);
  const section = sections.find((text) => text.startsWith(`**${model}**`)) ?? "";
  return Object.fromEntries(
    [...section.matchAll(/^\| `(\w+)` +\| `(.*?)` +\|/gm)].map(([, name, value]) => [
      name,
      JSON.parse(value),
    ]),
  );
}
