import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The command line, made from source by bundle.cjs. */
const program = join(__dirname, "../node_modules/.kith-test/kith.mjs");

/** How a command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for a test file. */
export interface Folder {
  readonly path: string;
  /** Writes a file; its name. */
  file(name: string, content: string | Uint8Array): string;
  /** Runs `kith` in the folder. */
  kith(...args: string[]): Promise<Outcome>;
  /** Starts `kith`, for tests that interfere. */
  start(
    args: readonly string[],
    environment?: Record<string, string>,
  ): { readonly child: ChildProcess; readonly ended: Promise<Outcome> };
}

/** Makes a folder that goes when the tests of the file are over. */
export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "kith-cli-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const start: Folder["start"] = (args, environment = {}) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: path,
      env: { ...process.env, KITH_THREADS: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  };
  return {
    path,
    file(name, content) {
      writeFileSync(join(path, name), content);
      return name;
    },
    kith: (...args) => start(args).ended,
    start,
  };
}

/** Two groups of users with two groups of items, one pair missing here and there, with times. */
export function ratings({
  users = 20,
  items = 12,
}: {
  users?: number;
  items?: number;
} = {}): string {
  const lines = ["user,item,rating,time"];
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++)
      if (u % 2 === i % 2 && (u * 7 + i * 3) % 5 !== 0)
        lines.push(
          `u${u},i${i},${1 + ((u + i) % 5)},${1_600_000_000 + ((u * 31 + i * 17) % 97) * 1000}`,
        );
  return `${lines.join("\n")}\n`;
}

/** Pairs within two groups of items, and as a test those that are left out, against pairs across the groups. */
export function itemPairs({ items = 12 }: { items?: number } = {}): {
  readonly train: string;
  readonly test: string;
} {
  const train = ["source,target,weight,relation"];
  const test = ["source,target,label,relation"];
  for (let i = 0; i < items; i++)
    for (let j = 0; j < i; j++) {
      const relation = (i + j) % 2 === 0 ? "bought" : "viewed";
      const isHeldOut = (i * 7 + j * 3) % 5 === 0;
      for (const group of ["a", "b"])
        if (isHeldOut) test.push(`${group}${i},${group}${j},1,${relation}`);
        else train.push(`${group}${i},${group}${j},${1 + ((i + j) % 3)},${relation}`);
      if (isHeldOut) test.push(`a${i},b${j},0,${relation}`, `b${i},a${j},0,${relation}`);
    }
  return { train: `${train.join("\n")}\n`, test: `${test.join("\n")}\n` };
}

/** The lines of stdout as JSON; fails on any that is not. */
export function events({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
