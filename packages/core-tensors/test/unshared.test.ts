import type * as Core from "../src/index.ts";

/** A fresh copy of the package; where `unshared`, as in a page without cross-origin isolation, and every allocation grows the heap. */
async function load(unshared: boolean): Promise<typeof Core> {
  jest.resetModules();
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = !unshared;
  if (unshared)
    jest.doMock("../src/scope.ts", () => {
      const scope = jest.requireActual("../src/scope.ts");
      const { heap } = jest.requireActual("../src/heap.ts");
      return {
        ...scope,
        allocateInScope(bytes: number) {
          heap().memory.grow(1);
          return scope.allocateInScope(bytes);
        },
      };
    });
  else jest.dontMock("../src/scope.ts");
  const core: typeof Core = require("../src/index.ts");
  if (unshared) {
    const heap = core.heap();
    const allocate = heap.allocate.bind(heap);
    heap.allocate = (bytes) => {
      heap.memory.grow(1);
      return allocate(bytes);
    };
  }
  return core;
}

/** A little of everything: graph, gathering, sampled and full softmax, three optimisers, top-k. */
function train(core: typeof Core) {
  const { Tensor, Rng, SparseMatrix, Adam, Adagrad, Sgd, HeapIndices, kernels, scope } = core;
  const rng = new Rng(1);
  const [x, w] = [
    core.normal(Tensor.parameter([6, 4]), rng),
    core.normal(Tensor.parameter([4, 4]), rng),
  ];
  const graph = new SparseMatrix({
    rows: 6,
    columns: 6,
    offsets: Uint32Array.from([0, 2, 3, 4, 6, 7, 8]),
    indices: Uint32Array.from([1, 5, 0, 3, 2, 4, 3, 0]),
    values: Float32Array.from([1, 0.5, 1, 2, 1, -1, 0.25, 1]),
  });
  const ids = () => Uint32Array.from([4, 0, 4]);
  const losses = [
    new Adam([x, w]),
    new Adam([x, w], { lazy: true }),
    new Adagrad([x, w]),
    new Sgd([x, w]),
  ].flatMap((optimizer) => [
    optimizer.minimize(() => {
      const h = core.matmul(core.propagate(graph, x), w);
      const few = core.propagateRows(graph, h, Uint32Array.from([5, 0, 3]));
      const p = core.logSoftmax(core.normalizeRows(few));
      return core.sum(core.multiply(core.softmax(core.dropout(few, 0.5, rng)), p));
    }),
    optimizer.minimize(() =>
      core.bprLoss(core.rowDot(core.gather(x, ids()), core.gather(x, ids())), Tensor.zeros([3])),
    ),
    optimizer.minimize(() =>
      core.sum(core.add(core.gather(x, ids()), core.tanh(core.gather(x, ids())))),
    ),
    optimizer.minimize(() =>
      core.dotSoftmaxCrossEntropy(core.gather(x, ids()), x, Uint32Array.from([1, 2, 3]), {
        bias: Float32Array.from([0, 1, 2, 3, 4, 5]),
      }),
    ),
  ]);
  const [outItems, offsets, items] = [new HeapIndices(12), new HeapIndices(7), new HeapIndices(0)];
  const best = scope(() => {
    const outScores = Tensor.empty([12]);
    offsets.data.fill(0);
    const mask = { offsets: offsets.data, items: items.data };
    kernels().scoreTopK(outItems.data, outScores.data, x.data, x.data, 4, mask, 2);
    return [[...outItems.data], [...outScores.data]];
  });
  return { losses, best, x: [...x.data], w: [...w.data] };
}

test("without shared memory, where growth detaches every view, training and top-k give the same bits", async () => {
  const shared = await load(false);
  const expected = train(shared);
  expect(shared.backendInfo().sharedMemory).toBe(true);

  const unshared = await load(true);
  expect(unshared.heap()).not.toBe(shared.heap());
  expect(train(unshared)).toEqual(expected);
  expect(expected.losses.every((loss) => Number.isFinite(loss) && loss !== 0)).toBe(true);
});

test("without shared memory there is one thread, and backendInfo says why", async () => {
  const core = await load(true);
  const info = await core.useBackend({ threads: 4 });
  expect(info).toMatchObject({
    threads: 1,
    threadsWanted: 1,
    sharedMemory: false,
    reason:
      "the fastest that this engine takes; one thread, because memory cannot be shared (the page is not cross-origin isolated)",
  });
  await core.useBackend({ kernels: "wasm-simd" });
  core.scope(() => {
    const [a, b] = [core.Tensor.from([1, 2, 3, 4], [2, 2]), core.Tensor.from([5, 6, 7, 8], [2, 2])];
    expect([...core.matmul(a, b).data]).toEqual([19, 22, 43, 50]);
  });
});

test("a view that growth detached is refused by kernels, not taken for one of address 0", async () => {
  const core = await load(true);
  const x = core.Tensor.parameter([4]);
  const { data } = x;
  const y = core.Tensor.parameter([4]);
  expect(data).toHaveLength(0);
  expect(() => core.kernels().scale(y.data, 2, data)).toThrow(
    "kernels: an array was detached when the heap grew; take tensor.data again after each allocation",
  );
  expect([...x.data]).toEqual([0, 0, 0, 0]);
});
