import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readmeExample, runReadmeExample } from "@kith/testkit";

const folder = mkdtempSync(join(tmpdir(), "kith-testkit-"));
afterAll(() => rmSync(folder, { recursive: true }));

function readme(...example: string[]): string {
  const path = join(folder, "README.md");
  writeFileSync(path, ["# X", "```sh", "no", "```", ...example, "", "Then.", ""].join("\n"));
  return path;
}

const modules = { fruit: { count: async (names: string[]) => names.length } };

test("types are stripped, what is awaited at the top is awaited, and all that is printed is kept", async () => {
  const path = readme(
    "```ts",
    'import { count } from "fruit";',
    'const names: string[] = ["fig", "kiwi"]; // not printed',
    "console.log(names, await count(names)); // [ 'fig', 'kiwi' ] 2",
    "for (const name of names)",
    "  console.log(name); // fig, then kiwi",
    'console.log(names.join("\\n"));',
    "// fig",
    "// kiwi",
    "console.log(1);",
    "```",
    "```ts",
    "console.log(2); // 2",
    "```",
  );
  const { says, printed } = await runReadmeExample(path, { modules });
  expect(says).toEqual(["[ 'fig', 'kiwi' ] 2", "fig", "kiwi", "fig\nkiwi"]);
  expect(printed).toEqual([...says, "1"]);
});

test("the test may choose how values are shown", async () => {
  const path = readme("```js", 'console.log(["a", "b"], 1);', "```");
  const show = (values: unknown[]) => values.join(" ");
  expect((await runReadmeExample(path, { modules, show })).printed).toEqual(["a,b 1"]);
});

test("an example that imports something else fails, even if it does not use it", async () => {
  const path = readme("```ts", 'import { plant } from "tree";', "```");
  await expect(runReadmeExample(path, { modules })).rejects.toThrow(
    `${path}: expected imports of fruit, got tree`,
  );
});

test("what the example throws comes out", async () => {
  const path = readme("```js", 'import { eat } from "fruit";', "eat();", "```");
  await expect(runReadmeExample(path, { modules })).rejects.toThrow("not a function");
});

test("a README without an example is an error that names the file", () => {
  const path = readme("No example.");
  expect(() => readmeExample(path)).toThrow(`${path}: expected a block of ts or js`);
});
