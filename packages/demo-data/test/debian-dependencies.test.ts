import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { debianDependencies } from "@kith/demo-data";

const data = (name: string) => readFileSync(join(__dirname, "../data", name));
const lines = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd().split("\n");

describe("debianDependencies", () => {
  test("has the counts that its description and the README state", async () => {
    const { interactions, items, users, description } = await debianDependencies();
    expect([description.users, description.items, description.interactions]).toEqual([
      9285, 3630, 101581,
    ]);
    expect(lines(items).length - 1).toBe(description.items);
    expect(lines(users).length - 1).toBe(description.users);
    expect(lines(interactions).length - 1).toBe(description.interactions);
    expect(data("README.md").toString()).toContain("101,581 pairs");
  });

  test("is, byte for byte, what the data files hold", async () => {
    const { interactions, items, users } = await debianDependencies();
    for (const [bytes, file] of [
      [interactions, "interactions.tsv.gz"],
      [items, "items.tsv.gz"],
      [users, "users.tsv.gz"],
    ] as const)
      expect(Buffer.compare(bytes, gunzipSync(data(file)))).toBe(0);
  });

  test.each(["interactions.tsv.gz", "items.tsv.gz", "users.tsv.gz"])(
    "%s has the SHA-256 that the description and the README state",
    async (file) => {
      const hash = createHash("sha256").update(data(file)).digest("hex");
      const { description } = await debianDependencies();
      expect(description.sha256[file]).toBe(hash);
      expect(data("README.md").toString()).toMatch(new RegExp(`\`${file}\` +\\| \`${hash}\``));
    },
  );

  test("the files hold no time and no system in their gzip headers, so that they can be made again", () => {
    for (const file of ["interactions.tsv.gz", "items.tsv.gz", "users.tsv.gz"])
      expect([...data(file).subarray(4, 10)]).toEqual([0, 0, 0, 0, expect.any(Number), 255]);
  });

  test("is its own 5-core, without repeated pairs, and every user and item is described", async () => {
    const { interactions, items, users } = await debianDependencies();
    const pairs = lines(interactions).slice(1);
    const perUser = new Map<string, number>();
    const perItem = new Map<string, number>();
    for (const [user, item] of pairs.map((line) => line.split("\t"))) {
      perUser.set(user, (perUser.get(user) ?? 0) + 1);
      perItem.set(item, (perItem.get(item) ?? 0) + 1);
    }
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(Math.min(...perUser.values())).toBeGreaterThanOrEqual(5);
    expect(Math.min(...perItem.values())).toBeGreaterThanOrEqual(5);
    const described = (bytes: Uint8Array) =>
      lines(bytes)
        .slice(1)
        .map((line) => line.split("\t")[0]);
    expect(described(users)).toEqual([...perUser.keys()]);
    expect(described(items)).toEqual([...perItem.keys()].sort());
  });
});

test("the package exports what it says", async () => {
  expect(Object.keys(await import("@kith/demo-data"))).toMatchInlineSnapshot(`
    [
      "debianDependencies",
      "syntheticSessions",
    ]
  `);
});
