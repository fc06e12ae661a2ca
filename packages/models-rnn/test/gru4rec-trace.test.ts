import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Rng } from "@kith/core-tensors";
import { Sequences } from "@kith/data";
import { Gru4RecTraining } from "../src/gru4rec-training.ts";
import { GRU4Rec } from "../src/index.ts";
import { PopularNegatives } from "../src/popular-negatives.ts";

interface Trace {
  /** Each batch of an epoch, and its loss before the update. */
  trace: { inputs: number[]; targets: number[]; loss: number }[];
  /** After how many batches lanes were refilled, which of those that were left, and how many were. */
  resets: [batch: number, lanes: number[], left: number][];
  /** The first eight output weights in the end. */
  final: number[];
}

/** What the authors' PyTorch code does with these sessions, negatives and first weights (its output, none of its code): batch 3, 4 units, 5 negatives, Adagrad .2, momentum .2. */
const fixture: { sessions: number[][]; cases: Record<"cross-entropy" | "bpr-max", Trace> } =
  JSON.parse(readFileSync(join(__dirname, "fixtures/gru4rec-trace.json"), "utf8"));

const data = Sequences.from(fixture.sessions);

/** A training whose first weights and negatives are those of the fixture. */
function training(options: object): Gru4RecTraining {
  const model = new GRU4Rec({
    layers: [4],
    batchSize: 3,
    negatives: 5,
    dropoutHidden: 0,
    ...options,
  });
  const made = new Gru4RecTraining(data, model.options, new Rng(1), () => undefined);
  const { parameters } = made.network;
  for (const [n, name] of ["items.output", "layer0.item", "layer0.state"].entries())
    parameters[name].data.forEach((_, i, all) => {
      all[i] = 0.5 * Math.sin(i + n);
    });
  let batch = 0;
  jest.spyOn(PopularNegatives.prototype, "draw").mockImplementation((out) => {
    for (let n = 0; n < out.length; n++) out[n] = (n * 3 + batch * 5) % 8;
    batch++;
  });
  return made;
}

afterEach(() => jest.restoreAllMocks());

test.each([
  ["cross-entropy", { logQ: 1 }],
  ["bpr-max", { loss: "bpr-max", eluAlpha: 0.5, scorePenalty: 0.7 }],
] as const)(
  "lanes, resets, losses and weights are those of the authors with %s",
  (name, options) => {
    const { trace, resets, final } = fixture.cases[name];
    const made = training(options);
    const batches = [...made.batches(1)];
    expect(batches.map(({ inputs, targets }) => [[...inputs], [...targets]])).toEqual(
      trace.map(({ inputs, targets }) => [inputs, targets]),
    );
    expect([...batches[0].fresh]).toEqual([0, 1, 2]);
    const changes = batches.flatMap(({ fresh, kept, inputs }, n) =>
      n > 0 && (fresh.length > 0 || kept) ? [[n, [...fresh], inputs.length]] : [],
    );
    expect(changes).toEqual(resets);
    batches.forEach((batch, n) => {
      const { sum } = made.step(batch) as { sum: number };
      expect(sum / 3).toBeCloseTo(trace[n].loss, 5);
    });
    const weights = made.network.outputs.data;
    final.forEach((weight, n) => {
      expect(weights[n]).toBeCloseTo(weight, 4);
    });
    made.dispose();
  },
);

test("the state of a lane is zero when its session begins, and only then", () => {
  const made = training({});
  const { network } = made;
  const step = network.step.bind(network);
  let seen = 0;
  for (const batch of made.batches(1)) {
    jest.spyOn(network, "step").mockImplementation((input, states, noise) => {
      const before = states[0].data;
      for (let lane = 0; lane < batch.inputs.length; lane++) {
        const isZero = before.slice(4 * lane, 4 * lane + 4).every((x) => x === 0);
        expect(isZero).toBe(batch.fresh.includes(lane));
        seen++;
      }
      return step(input, states, noise);
    });
    made.step(batch);
  }
  expect(seen).toBe(23); // every click but the last of its session
  made.dispose();
});
