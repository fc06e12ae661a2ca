/** Imports every package in each way a consumer can, and compares what comes out. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

/** Turns namespaces, a record by package name, into a record of { export name: typeof }. */
const printKinds = `
const kinds = {};
for (const [name, namespace] of Object.entries(namespaces)) {
  kinds[name] = {};
  for (const key of Object.keys(namespace).sort()) kinds[name][key] = typeof namespace[key];
}
console.log(JSON.stringify(kinds));
`;

/** The source text of a program that prints every package's exports; `load` writes one import statement. */
export function program(names, load) {
  const statements = names.map((name, i) => load(`package${i}`, JSON.stringify(name)));
  const entries = names.map((name, i) => `${JSON.stringify(name)}: package${i}`);
  return { statements: statements.join("\n"), record: `{ ${entries.join(", ")} }` };
}

export const esmImport = (variable, name) => `import * as ${variable} from ${name};`;
export const cjsRequire = (variable, name) => `const ${variable} = require(${name});`;

/** Runs a program file and reads back the exports that it printed. */
export async function readExports(folder, file) {
  return JSON.parse(await run(process.execPath, [file], folder));
}

/** { package: { export: typeof } } from `import` and from `require`; both must agree and not be empty. */
export async function checkImports(folder, names, problems) {
  const exports = {};
  for (const [file, load] of [
    ["plain.mjs", esmImport],
    ["plain.cjs", cjsRequire],
  ]) {
    const { statements, record } = program(names, load);
    writeFileSync(join(folder, file), `${statements}\nconst namespaces = ${record};${printKinds}`);
    exports[file] = await readExports(folder, file);
  }
  for (const name of names) {
    const esm = exports["plain.mjs"][name];
    problems.expect(Object.keys(esm).length > 0, name, "exports nothing");
    expectSame(exports["plain.cjs"][name], esm, name, "require and import", problems);
  }
  return exports["plain.mjs"];
}

/** One problem that names the exports which only one side has, or has as something else. */
export function expectSame(a, b, name, sides, problems) {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const differing = [...keys].filter((key) => a[key] !== b[key]);
  problems.expect(differing.length === 0, name, `${sides} differ in: ${differing.join(", ")}`);
}
