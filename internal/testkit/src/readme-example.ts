import { readFileSync } from "node:fs";
import { format } from "node:util";
import { transformSync } from "@swc/core";

export interface Example {
  /** The README's first block of TypeScript or JavaScript, as it stands there. */
  code: string;
  /** What its comments say that it prints: one text for each `console.log`, two where they say "this, then that". */
  says: string[];
}

export interface RunOptions {
  /** What the example may import, by the names that it uses. */
  modules: Record<string, unknown>;
  /** One `console.log` as text; by default what Node would print. */
  show?: (values: unknown[]) => string;
}

export interface Run extends Example {
  /** One text for each `console.log` that was called. */
  printed: string[];
}

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

/** A comment behind the call, or lines of comment right below it. */
const loggedWithComment = /console\.log\(.*\);(?: \/\/ (.*)|((?:\n *\/\/ .*)+))/g;

export function readmeExample(path: string): Example {
  const [, code] = /^```(?:ts|js)\n([\s\S]*?)^```/m.exec(readFileSync(path, "utf8")) ?? [];
  if (code === undefined) throw new Error(`${path}: expected a block of ts or js`);
  const says = [...code.matchAll(loggedWithComment)].flatMap(([, behind, below]) =>
    below === undefined ? behind.split(", then ") : below.slice(1).replace(/^ *\/\/ /gm, ""),
  );
  return { code, says };
}

/** Runs a README's first example in this process, with these modules and a console that remembers. */
export async function runReadmeExample(path: string, options: RunOptions): Promise<Run> {
  const { modules, show = (values) => format(...values) } = options;
  const example = readmeExample(path);
  const body = transformSync(example.code, {
    filename: path,
    configFile: false,
    swcrc: false,
    module: { type: "commonjs" },
    jsc: {
      parser: { syntax: "typescript" },
      target: "es2022",
      transform: { verbatimModuleSyntax: true }, // also what is imported and not used has to be there
    },
  }).code;
  const require = (name: string) => {
    if (name in modules) return modules[name];
    throw new Error(`${path}: expected imports of ${Object.keys(modules).join(", ")}, got ${name}`);
  };
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => printed.push(show(values)) };
  await new AsyncFunction("require", "exports", "console", body)(require, {}, console);
  return { ...example, printed };
}
