/** Compiles a TypeScript consumer in every mode that people use, with the declarations checked too, and runs it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { esmImport, expectSame, program, readExports } from "./imports.mjs";

const importRequire = (variable, name) => `import ${variable} = require(${name});`;

const modes = [
  {
    title: "nodenext, ESM",
    file: "main.mts",
    out: "main.mjs",
    load: esmImport,
    module: "NodeNext",
  },
  {
    title: "nodenext, CJS",
    file: "main.cts",
    out: "main.cjs",
    load: importRequire,
    module: "NodeNext",
  },
  { title: "bundler", file: "bundled.ts", out: "bundled.js", load: esmImport, module: "ESNext" },
];

/** Typed so that a namespace without types (any) or without exports (never) would not compile. */
const printKinds = `
const kinds: Record<string, Record<string, string>> = {};
for (const [name, namespace] of Object.entries<object>(namespaces)) {
  kinds[name] = {};
  for (const [key, value] of Object.entries(namespace)) kinds[name][key] = typeof value;
}
console.log(JSON.stringify(kinds));
`;

function options(module, outDir) {
  const resolution = module === "NodeNext" ? "NodeNext" : "Bundler";
  return {
    strict: true,
    skipLibCheck: false, // the declarations themselves are what is checked
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind[module],
    moduleResolution: ts.ModuleResolutionKind[resolution],
    types: [],
    outDir,
  };
}

/** Names of the values that a package's declarations promise; types have no existence at run time. */
function declaredValues(compiled, file, specifier) {
  const checker = compiled.getTypeChecker();
  const source = compiled.getSourceFile(file);
  for (const statement of source.statements) {
    const written = ts.isImportDeclaration(statement)
      ? statement.moduleSpecifier
      : ts.isImportEqualsDeclaration(statement) && statement.moduleReference.expression;
    if (written?.text !== specifier) continue;
    const module = checker.getSymbolAtLocation(written);
    if (!module) return new Set(); // unresolved: the compiler has reported it
    const isValue = (symbol) => {
      const target =
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return target.flags & ts.SymbolFlags.Value && !isTypeOnly(symbol);
    };
    return new Set(
      checker
        .getExportsOfModule(module)
        .filter(isValue)
        .map((each) => each.name),
    );
  }
  throw new Error(`no import of ${specifier} in ${basename(file)}`);
}

/** `export type { SomeClass }`: the class is a value, this name for it is not. */
const isTypeOnly = (symbol) =>
  symbol.declarations?.some(
    (node) => ts.isExportSpecifier(node) && ts.isTypeOnlyExportDeclaration(node),
  );

/** `runtime` is what a plain import gave: { package: { export: typeof } }. */
export async function checkTypes(folder, names, runtime, problems) {
  const source = join(folder, "typescript");
  mkdirSync(source, { recursive: true });
  for (const { title, file, out, load, module } of modes) {
    const { statements, record } = program(names, load);
    const path = join(source, file);
    writeFileSync(path, `${statements}\nconst namespaces = ${record};${printKinds}`);
    const compiled = ts.createProgram([path], options(module, join(source, "out")));
    const errors = [...ts.getPreEmitDiagnostics(compiled), ...compiled.emit().diagnostics];
    for (const error of errors) problems.add(`TypeScript (${title})`, describe(error, folder));
    if (errors.length > 0) continue;

    const printed = await readExports(folder, join("typescript", "out", out));
    for (const name of names) {
      expectSame(printed[name], runtime[name], name, `TypeScript (${title}) and import`, problems);
      const promised = Object.fromEntries(
        [...declaredValues(compiled, path, name)].map((key) => [key, true]),
      );
      const present = Object.fromEntries(Object.keys(runtime[name]).map((key) => [key, true]));
      expectSame(promised, present, name, `declared (${title}) and real exports`, problems);
    }
  }
}

function describe(diagnostic, folder) {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
  if (!diagnostic.file) return text;
  const { line } = ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start);
  return `${diagnostic.file.fileName.replace(folder, "")}:${line + 1}: ${text}`;
}
