import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeAtomically } from "../src/files.ts";
import { folder } from "./kith.ts";

const here = folder();
const at = (name: string): string => join(here.path, name);
const leftovers = (): string[] => readdirSync(here.path).filter((name) => name.endsWith(".tmp"));

test("the old file stands until the new one is whole", async () => {
  writeFileSync(at("model"), "old");
  async function* content(): AsyncGenerator<string> {
    yield "new ";
    expect(readFileSync(at("model"), "utf8")).toBe("old");
    yield "and whole";
  }
  await writeAtomically(at("model"), content());
  expect(readFileSync(at("model"), "utf8")).toBe("new and whole");
  expect(leftovers()).toEqual([]);
});

test("a write that fails leaves the old file and nothing beside it", async () => {
  writeFileSync(at("model"), "old");
  async function* content(): AsyncGenerator<string> {
    yield "half";
    throw new Error("the source broke");
  }
  await expect(writeAtomically(at("model"), content())).rejects.toThrow("the source broke");
  expect(readFileSync(at("model"), "utf8")).toBe("old");
  expect(leftovers()).toEqual([]);
});

test("a rename that fails is told with the file's name, and leaves nothing beside it", async () => {
  async function* content(): AsyncGenerator<string> {
    yield "new";
    mkdirSync(at("taken"));
  }
  await expect(writeAtomically(at("taken"), content())).rejects.toThrow(/cannot write .*taken/);
  expect(leftovers()).toEqual([]);
  rmSync(at("taken"), { recursive: true });
});

test("a process that is killed while it writes leaves the old file as it was", () => {
  writeFileSync(at("model"), "old");
  const files = pathToFileURL(join(__dirname, "../node_modules/.kith-test/files.mjs")).href;
  const script = `
    import { writeAtomically } from ${JSON.stringify(files)};
    async function* content() { yield "half"; process.kill(process.pid, "SIGKILL"); await new Promise(() => setTimeout(() => {}, 10000)); }
    await writeAtomically(${JSON.stringify(at("model"))}, content());`;
  const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  expect(signal).toBe("SIGKILL");
  expect(readFileSync(at("model"), "utf8")).toBe("old");
});

test("a link stays a link, and what it points to is replaced", async () => {
  writeFileSync(at("real"), "old");
  symlinkSync("real", at("link"));
  await writeAtomically(at("link"), new TextEncoder().encode("new"));
  expect(readlinkSync(at("link"))).toBe("real");
  expect(readFileSync(at("real"), "utf8")).toBe("new");
});

test("a device is written to and not replaced", async () => {
  await writeAtomically("/dev/null", new TextEncoder().encode("gone"));
  expect(readFileSync("/dev/null", "utf8")).toBe("");
});
