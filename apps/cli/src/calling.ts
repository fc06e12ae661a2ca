import { basename, relative } from "node:path";

/** How whoever runs this would type the next command, so that what is printed works as it stands. */
export function calledAs(
  environment: NodeJS.ProcessEnv = process.env,
  program: string = process.argv[1] ?? "kith",
): string {
  const { npm_lifecycle_event: script, npm_package_name: of, npm_command: command } = environment;
  if (of === "kith" && (script === "kith" || script === "start")) return "npm run --silent kith --";
  if (basename(program) === "kith") return command === "exec" ? "npx kith" : "kith";
  return `node ${shellWord(relative(process.cwd(), program))}`;
}

/** An argument as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
