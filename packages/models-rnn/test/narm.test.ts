import { Rng, scope } from "@kith/core-tensors";
import { Sequences } from "@kith/data";
import { NARM } from "../src/index.ts";
import { NarmNetwork } from "../src/narm-network.ts";
import { orthogonal } from "../src/orthogonal.ts";
import { pack } from "../src/packed.ts";

const sessions = [[4, 1, 2], [3], [0, 0, 5, 1, 2, 4], [5, 3], [2, 2, 2]].map((list) =>
  Uint32Array.from(list),
);

/** NARM's equations as plain loops, for one session. */
function plainly(
  network: NarmNetwork,
  session: Uint32Array,
  { dim, units, attention }: { dim: number; units: number; attention: "softmax" | "raw" },
): { query: number[]; weights: number[] } {
  const p = (name: string) => network.parameters[name].data;
  const times = (x: readonly number[], w: Float32Array, columns: number) =>
    Array.from({ length: columns }, (_, c) =>
      x.reduce((sum, v, r) => sum + v * w[r * columns + c], 0),
    );
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  let h = new Array<number>(units).fill(0);
  const states = Array.from(session, (item) => {
    const e = [...p("items.embedding").subarray(item * dim, (item + 1) * dim)];
    const x = times(e, p("encoder.item"), 3 * units).map((v, c) => v + p("encoder.bias")[c]);
    const u = times(h, p("encoder.gates"), 2 * units);
    const r = h.map((_, j) => sigmoid(x[units + j] + u[j]));
    const z = h.map((_, j) => sigmoid(x[2 * units + j] + u[units + j]));
    const c = times(
      h.map((v, j) => r[j] * v),
      p("encoder.candidate"),
      units,
    );
    h = h.map((v, j) => (1 - z[j]) * v + z[j] * Math.tanh(x[j] + c[j]));
    return h;
  });
  const last = times(h, p("attention.last"), units);
  const raw = states.map((state) => {
    const each = times(state, p("attention.each"), units);
    return each.reduce((sum, v, j) => sum + sigmoid(v + last[j]) * p("attention.vector")[j], 0);
  });
  const total = raw.reduce((sum, v) => sum + Math.exp(v), 0);
  const weights = attention === "softmax" ? raw.map((v) => Math.exp(v) / total) : raw;
  const local = h.map((_, j) => states.reduce((sum, state, t) => sum + weights[t] * state[j], 0));
  return { query: times([...local, ...h], p("decoder"), dim), weights };
}

describe.each(["softmax", "raw"] as const)("with %s attention", (attention) => {
  const options = { dim: 4, units: 5, attention };
  const network = new NarmNetwork(options, 6);
  network.initialize(new Rng(3));
  network.items.data.forEach((_, i, all) => {
    all[i] = Math.sin(i);
  });
  afterAll(() => network.dispose());

  test("sessions of any lengths side by side are what the equations say of each", () => {
    const packed = pack(sessions);
    const { queries, weights } = scope(() => {
      const { queries, weights } = network.encode(packed);
      return { queries: queries.data.slice(), weights: weights.data.slice() };
    });
    packed.order.forEach((session, n) => {
      const expected = plainly(network, sessions[session], options);
      expected.query.forEach((value, j) => {
        expect(queries[n * 4 + j]).toBeCloseTo(value, 5);
      });
      const own = weights.subarray(packed.offsets[n], packed.offsets[n + 1]);
      expect([...own]).toEqual(expected.weights.map((weight) => expect.closeTo(weight, 5)));
    });
  });

  test("a session's representation has the same bits whatever stands beside it", () => {
    const alone = scope(() => network.encode(pack([sessions[3]])).queries.data.slice());
    const packed = pack(sessions);
    const among = scope(() => network.encode(packed).queries.data.slice());
    const n = packed.order.indexOf(3);
    expect(among.slice(4 * n, 4 * n + 4)).toEqual(alone);
  });
});

test("packed sessions have the clicks of each step side by side, the longest first", () => {
  const { order, active, items, offsets, places } = pack(sessions);
  expect([...order]).toEqual([2, 0, 4, 3, 1]);
  expect(active).toEqual([5, 4, 3, 1, 1, 1]);
  expect([...items]).toEqual([0, 4, 2, 5, 3, 0, 1, 2, 3, 5, 2, 2, 1, 2, 4]);
  order.forEach((session, n) => {
    const own = Array.from(places.subarray(offsets[n], offsets[n + 1]), (place) => items[place]);
    expect(own).toEqual([...sessions[session]]);
  });
});

test("explain gives the attention to each click, which adds up to 1, the heaviest first", async () => {
  const data = Sequences.from(
    Array.from({ length: 40 }, (_, s) => [`i${s % 5}`, `i${(s + 1) % 5}`, "x"]),
  );
  const model = await new NARM({ dim: 8, units: 8, epochs: 2, maxLength: 3 }).fit(data);
  const reasons = model.explain(["i0", "i1", "nothing", "i2", "i1"], "x");
  expect(reasons.map(({ item }) => item).sort()).toEqual(["i1", "i1", "i2"]); // the last three
  const weights = reasons.map(({ weight }) => weight);
  expect(weights).toEqual([...weights].sort((a, b) => b - a));
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  expect(() => model.explain(["i0"], "nothing")).toThrow(/item "nothing" is unknown/);
  // Only the latest clicks count: what came before may be anything.
  expect(model.recommend(["i4", "i0", "i1", "i2", "i1"])).toEqual(
    model.recommend(["i1", "i2", "i1"]),
  );
  model.dispose();
});

test("orthogonal matrices have rows of length 1 that stand upright on each other", () => {
  const q = orthogonal(17, new Rng(1));
  for (let i = 0; i < 17; i++)
    for (let j = 0; j < 17; j++) {
      let dot = 0;
      for (let k = 0; k < 17; k++) dot += q[i * 17 + k] * q[j * 17 + k];
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 6);
    }
});
