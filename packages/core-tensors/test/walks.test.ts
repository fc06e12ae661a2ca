import { heap } from "../src/heap.ts";
import { jsKernels } from "../src/kernels/js.ts";
import type { Kernels } from "../src/kernels/kernels.ts";
import { wasmKernels } from "../src/kernels/wasm.ts";
import { expectDrawn } from "./support/chance.ts";
import { type Neighbours, stepShares, walkGraph } from "./support/walk-graph.ts";
import { Inputs } from "./support/work.ts";

const made = wasmKernels({ heap: heap(), threads: 1, relaxed: false });
afterAll(() => made.threads.close());

/** Triangles, a square, and edges in one direction only: 6 → 0 where 0 has none to 6, and 0 → 7 where 7 has none to 0. */
const GRAPH: Neighbours = [
  /* 0 */ [
    [1, 1],
    [2, 2],
    [5, 0.25],
    [7, 1],
  ],
  /* 1 */ [
    [0, 1],
    [2, 0.5],
  ],
  /* 2 */ [
    [0, 2],
    [1, 0.5],
    [3, 3],
    [6, 2],
    [7, 1],
  ],
  /* 3 */ [
    [2, 3],
    [4, 1],
    [5, 2],
  ],
  /* 4 */ [
    [3, 1],
    [5, 1],
  ],
  /* 5 */ [
    [0, 0.25],
    [3, 2],
    [4, 1],
  ],
  /* 6 */ [[0, 1]],
  /* 7 */ [
    [5, 1],
    [7, 4],
  ],
];
const SOME = [0.25, 1, 4];
const PARAMETERS = [
  ...SOME.flatMap((p) => SOME.map((q) => ({ p, q }))),
  { p: 1e4, q: 1e-3 }, // nearly every proposal to come near is rejected, so that steps are drawn exactly
  { p: 1e-4, q: 1 },
];

describe.each([
  ["js", jsKernels, 1500],
  ["wasm", made.kernels, 20_000],
] as const)("%s", (_, kernels, walksEach) => {
  test.each(PARAMETERS)(
    "steps of walks have the probabilities of node2vec at p $p, q $q",
    ({ p, q }) => {
      for (const weighted of [false, true]) {
        const nodes = weighted ? GRAPH : unweighted(GRAPH);
        const paths = walk(kernels, nodes, weighted, {
          starts: Array.from({ length: walksEach }, (_, n) => n % GRAPH.length),
          length: 8,
          p,
          q,
        });
        expectSteps(`p ${p}, q ${q}${weighted ? ", weighted" : ""}`, nodes, paths, { p, q });
      }
    },
  );

  test("a walk ends where no edge leads on", () => {
    const line: Neighbours = [[[1, 1]], [[2, 1]], [[3, 1]], []];
    for (const weighted of [false, true])
      for (const p of [1, 0.5])
        expect(walk(kernels, line, weighted, { starts: [0, 2, 3], length: 9, p })).toEqual([
          [0, 1, 2, 3],
          [2, 3],
          [3],
        ]);
  });

  test("a walk of length 1 is its start", () => {
    for (const q of [1, 2])
      expect(walk(kernels, GRAPH, true, { starts: [5, 0, 5], length: 1, q })).toEqual([
        [5],
        [0],
        [5],
      ]);
  });

  test("a walk from a node without edges is that node, restarts or not", () => {
    const lonely: Neighbours = [[[1, 1]], [[0, 1]], []];
    expect(walk(kernels, lonely, true, { starts: [2, 2], length: 5 })).toEqual([[2], [2]]);
    const [restarted] = walk(kernels, lonely, true, {
      starts: [2],
      length: 5,
      restart: 2 ** 32 - 1,
    });
    expect(restarted).toEqual([2, 2, 2, 2, 2]);
  });

  test("a node with an edge to itself alone stays there", () => {
    for (const p of [1, 3])
      expect(walk(kernels, [[[0, 2]]], true, { starts: [0], length: 4, p })).toEqual([
        [0, 0, 0, 0],
      ]);
  });

  test("a walk goes back to its start with the probability of a restart, and forgets where it was", () => {
    // Nothing leads back to 0, so that each 0 is a restart.
    const away: Neighbours = [
      [
        [1, 1],
        [2, 3],
      ],
      [
        [2, 1],
        [3, 1],
      ],
      [
        [1, 1],
        [3, 1],
      ],
      [
        [1, 1],
        [2, 1],
      ],
    ];
    for (const p of [1, 0.01]) {
      const paths = walk(kernels, away, true, {
        starts: Array.from({ length: walksEach / 2 }, () => 0),
        length: 20,
        restart: 2 ** 30,
        p,
      });
      let [steps, restarts] = [0, 0];
      const afterOne = [0, 0, 0, 0]; // what follows 1 → 0
      for (const path of paths)
        for (let n = 1; n < path.length; n++) {
          steps++;
          if (path[n] === 0) restarts++;
          if (n > 1 && path[n - 2] === 1 && path[n - 1] === 0 && path[n] !== 0) afterOne[path[n]]++;
        }
      expectDrawn("restarts", [
        { count: restarts, expected: steps / 4 },
        { count: steps - restarts, expected: (3 * steps) / 4 },
      ]);
      const draws = afterOne[1] + afterOne[2];
      expectDrawn("steps after a restart", [
        { count: afterOne[1], expected: draws / 4 },
        { count: afterOne[2], expected: (3 * draws) / 4 },
        { count: afterOne[3], expected: 0 },
      ]);
    }
  });

  test("a walk is a function of the stream and its number, whatever is asked for together", () => {
    const starts = Array.from({ length: 40 }, (_, n) => n % GRAPH.length);
    for (const q of [1, 0.5]) {
      const whole = walk(kernels, GRAPH, true, { starts, length: 12, q });
      const parts = [
        ...walk(kernels, GRAPH, true, { starts: starts.slice(0, 17), length: 12, q }),
        ...walk(kernels, GRAPH, true, { starts: starts.slice(17), length: 12, q, first: 17 }),
      ];
      expect(parts).toEqual(whole);
      expect(walk(kernels, GRAPH, true, { starts, length: 12, q, first: 1 })).not.toEqual(whole);
    }
  });
});

interface Asked {
  readonly starts: readonly number[];
  readonly length: number;
  readonly restart?: number;
  readonly p?: number;
  readonly q?: number;
  readonly first?: number;
}

/** Walks as lists of nodes. */
function walk(kernels: Kernels, nodes: Neighbours, weighted: boolean, asked: Asked): number[][] {
  const { starts, length, restart = 0, p = 1, q = 1, first = 0 } = asked;
  const inputs = new Inputs(1);
  const tokens = inputs.outputIds(starts.length * length);
  const lengths = inputs.outputIds(starts.length);
  kernels.walks(
    { tokens, lengths },
    walkGraph(inputs, nodes, weighted),
    inputs.copy(starts),
    { length, restart, p, q },
    [17, 4],
    first,
  );
  const paths = starts.map((_, w) => [...tokens.subarray(w * length, w * length + lengths[w])]);
  inputs.free();
  return paths;
}

function unweighted(nodes: Neighbours): Neighbours {
  return nodes.map((row) => row.map(([to]) => [to, 1] as const));
}

/** That each step follows the one before with the probabilities of the definition, and the first one the weights alone. */
function expectSteps(
  where: string,
  nodes: Neighbours,
  paths: readonly number[][],
  { p, q }: { p: number; q: number },
): void {
  const counts = new Map<string, number>();
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const path of paths)
    for (let n = 1; n < path.length; n++) {
      const state = `${n === 1 ? "" : path[n - 2]} ${path[n - 1]}`;
      add(state);
      add(`${state} ${path[n]}`);
    }
  const cells: { count: number; expected: number }[] = [];
  for (const [key, visits] of counts) {
    const [before, at, to] = key.split(" ");
    if (to !== undefined) continue;
    const shares = stepShares(nodes, {
      before: before === "" ? undefined : Number(before),
      at: Number(at),
      p,
      q,
    });
    for (const other of nodes.keys())
      cells.push({
        count: counts.get(`${key} ${other}`) ?? 0,
        expected: visits * (shares.get(other) ?? 0),
      });
  }
  expect(cells.filter(({ expected }) => expected >= 5).length).toBeGreaterThan(20);
  expectDrawn(where, cells);
}
