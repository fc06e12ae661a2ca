import { readFileSync } from "node:fs";
import { join } from "node:path";
import { byCategory, byNumber } from "../src/map/colouring.ts";
import { keptNeighbours } from "../src/map/kept-neighbours.ts";
import { mapSvg } from "../src/map/map-figure.ts";
import { neighbourPlane } from "../src/map/neighbour-plane.ts";
import { principalPlane } from "../src/map/principal-plane.ts";
import { events, folder, ratings } from "./kith.ts";

/** Two heaps of points of length 1 in five dimensions. */
function heaps(each: number): Float32Array {
  const rows = Array.from({ length: 2 * each }, (_, n) => {
    const row = [
      n % 2,
      1 - (n % 2),
      0.1 * Math.sin(n),
      0.1 * Math.cos(3 * n),
      0.05 * Math.sin(7 * n),
    ];
    const length = Math.hypot(...row);
    return row.map((x) => x / length);
  });
  return Float32Array.from(rows.flat());
}

/** The mean distance within the heaps, and between their middles. */
function distances(points: Float64Array): [within: number, between: number] {
  const middles = [0, 1].map((side) => {
    const own = Array.from({ length: points.length / 2 }, (_, n) => n).filter(
      (n) => n % 2 === side,
    );
    return [0, 1].map((axis) => own.reduce((sum, n) => sum + points[2 * n + axis], 0) / own.length);
  });
  let within = 0;
  for (let n = 0; n < points.length / 2; n++)
    within += Math.hypot(points[2 * n] - middles[n % 2][0], points[2 * n + 1] - middles[n % 2][1]);
  const [a, b] = middles;
  return [within / (points.length / 2), Math.hypot(a[0] - b[0], a[1] - b[1])];
}

test("the principal plane of points on a line is that line, turned the same way each time", () => {
  const line = Float32Array.from([0, 1, 2, 3].flatMap((t) => [t, 2 * t, -t]));
  const { points, explained } = principalPlane(line, 3);
  expect(explained[0]).toBeCloseTo(1, 6);
  expect(explained[1]).toBeCloseTo(0, 6);
  const along = Math.sqrt(6);
  [-1.5, -0.5, 0.5, 1.5].forEach((t, n) => {
    expect(points[2 * n]).toBeCloseTo(t * along, 4);
    expect(points[2 * n + 1]).toBeCloseTo(0, 4);
  });
});

test.each([
  ["one point", [1, 2, 3], 3],
  ["equal points", [1, 2, 1, 2, 1, 2], 2],
  ["one dimension", [1, 5, 3], 1],
])("the plane of %s is made of finite numbers", (_, vectors, dim) => {
  const { points, explained } = principalPlane(Float32Array.from(vectors), dim);
  expect(points).toHaveLength((2 * vectors.length) / dim);
  expect([...points, ...explained].every(Number.isFinite)).toBe(true);
});

test("both planes keep two heaps apart, and the same seed gives the same map", async () => {
  const vectors = heaps(30);
  const umap = (seed: number) => neighbourPlane(vectors, 5, seed, () => {});
  for (const points of [principalPlane(vectors, 5).points, await umap(1)]) {
    const [within, between] = distances(points);
    expect(between).toBeGreaterThan(3 * within);
  }
  expect(await umap(1)).toEqual(await umap(1));
  expect(await umap(1)).not.toEqual(await umap(2));
});

test("vectors that are no numbers are refused", () => {
  const vectors = Float32Array.of(1, 2, Number.NaN, 4);
  expect(() => principalPlane(vectors, 2)).toThrow(/not all finite numbers/);
});

test("while it arranges points an interruption is heard", async () => {
  const vectors = heaps(30);
  let heard = false;
  setImmediate(() => {
    heard = true;
  });
  const stop = neighbourPlane(vectors, 5, 1, () => {
    if (heard) throw new Error("stopped");
  });
  await expect(stop).rejects.toThrow("stopped");
});

test("the share of kept neighbours is 1 of a plane that is the vectors, and small of one that has nothing to do with them", () => {
  const angles = Array.from({ length: 60 }, (_, n) => n / 20);
  const circle = Float32Array.from(angles.flatMap((a) => [Math.cos(a), Math.sin(a)]));
  expect(keptNeighbours(circle, 2, Float64Array.from(circle))).toBe(1);
  const shuffled = Float64Array.from(angles.flatMap((_, n) => [(n * 37) % 60, 0]));
  expect(keptNeighbours(circle, 2, shuffled)).toBeLessThan(0.4);
});

test("the most frequent values get colours of their own, the rest one", () => {
  const values = ["a", "b", "a", undefined, ..."cdefghijk"];
  const { colours, legend } = byCategory("letter", values);
  expect(legend[0].text).toBe("a (2)");
  expect(colours[0]).toBe(colours[2]);
  expect(new Set(legend.map(({ colour }) => colour)).size).toBe(legend.length);
  expect(legend.at(-1)?.text).toBe("others (3)");
});

test("numbers get steps of one ramp, of as many points each; what is not known is grey", () => {
  const values = Float64Array.from([...Array.from({ length: 70 }, (_, n) => n), Number.NaN]);
  const { colours, legend } = byNumber("price", values);
  expect(new Set(colours.slice(0, 10)).size).toBe(1);
  expect(new Set(colours).size).toBe(8);
  expect(legend.at(-1)?.text).toBe("not known (1)");
  expect(byNumber("same", Float64Array.from([3, 3])).legend).toHaveLength(1);
  expect(byNumber("none", Float64Array.from([Number.NaN])).legend).toHaveLength(1);
});

test("names are escaped and written where there is room, the first ones first", () => {
  const points = Float64Array.from([0, 0, 0.001, 0, 5, 5]);
  const colouring = byCategory("kind", ["x", "x", "<y>"]);
  const svg = mapSvg({
    title: "A & B",
    caption: "c",
    points,
    names: ["<one>", "two", "three"],
    colouring,
    labels: 3,
  });
  expect(svg).toContain("<title>A &amp; B</title>");
  expect(svg.match(/>&lt;one><\/text>/)).not.toBeNull();
  expect(svg).not.toMatch(/>two<\/text>/); // under the name of the first
  expect(svg).toMatch(/>three<\/text>/);
  expect(svg.match(/<circle/g)).toHaveLength(3 + 2);
});

describe("kith map", () => {
  const here = folder();
  beforeAll(async () => {
    here.file("ratings.csv", ratings({ users: 30, items: 20 }));
    here.file(
      "items.csv",
      `item,kind,price\n${Array.from({ length: 20 }, (_, n) => `i${n},${n % 2 ? "odd" : "even"},${n}`).join("\n")}\n`,
    );
    for (const model of ["ials", "popularity"]) {
      const flags = ["--data", "ratings.csv", "--split", "none", "--out", `${model}.kith`];
      const { code } = await here.kith("train", "--model", model, ...flags);
      expect(code).toBe(0);
    }
  });

  test.each([
    [
      "items by a category",
      ["--features", "items.csv", "--colour", "kind"],
      { of: "items", points: 20, colour: "kind" },
    ],
    [
      "items by a number",
      ["--features", "items.csv", "--colour", "price", "--numeric", "price", "--method", "pca"],
      { method: "pca" },
    ],
    ["items of which no feature is known", ["--method", "pca"], { of: "items", points: 20 }],
    [
      "users, some of them",
      ["--of", "users", "--limit", "7"],
      { of: "users", method: "pca", points: 7, all: 30 },
    ],
  ])("draws %s", async (_, flags, expected) => {
    const done = await here.kith(
      "map",
      "--model-file",
      "ials.kith",
      "--out",
      "map.svg",
      "--json",
      ...flags,
    );
    expect([done.code, done.stderr.match(/kith: .*/)?.[0]]).toEqual([0, undefined]);
    const result = events(done).at(-1) ?? {};
    expect(result).toMatchObject(expected);
    expect(result.neighboursKept).toBeGreaterThanOrEqual(0);
    const svg = readFileSync(join(here.path, "map.svg"), "utf8");
    expect(svg).toMatch(/^<svg .*role="img"/);
  });

  test.each([
    ["a model without vectors", ["--model-file", "popularity.kith"], /learns no vectors of items/],
    [
      "a field that is not there",
      ["--model-file", "ials.kith", "--features", "items.csv", "--colour", "knd"],
      /has no "knd" \(did you mean kind\?\); it has kind, price/,
    ],
    [
      "a colour without features",
      ["--model-file", "ials.kith", "--colour", "kind"],
      /--colour is a field of --features/,
    ],
  ])("refuses %s", async (_, flags, message) => {
    const { code, stderr } = await here.kith("map", ...flags, "--out", "no.svg");
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });
});
