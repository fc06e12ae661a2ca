import { TrainingError } from "@kith/core-tensors";
import { ItemPairs } from "@kith/data";
import type { Checkpoint, Epoch, FitOptions, StepLoss, Validation } from "../src/index.ts";
import { Drift, type DriftOptions } from "./support/drift.ts";

const items = Array.from({ length: 12 }, (_, n) => `i${n}`);
const train = ItemPairs.from(items.map((id, n) => [id, items[(n + 5) % 12]]));
const held = ItemPairs.from(
  items.flatMap((source, n) => [
    { source, target: items[(n + 1) % 12], label: 1 },
    { source, target: items[(n + 6) % 12], label: 0 },
    { source, target: "stranger", label: n % 2 },
  ]),
);

type Told = Omit<Epoch, "seconds">;

async function run(
  options: Partial<DriftOptions>,
  more: FitOptions<ItemPairs> = {},
  onStep?: Drift["onStep"],
): Promise<{ file: Buffer; told: Told[] }> {
  const model = new Drift(options);
  if (onStep) model.onStep = onStep;
  const told: Told[] = [];
  try {
    await model.fit(train, { ...more, onEpoch: ({ seconds: _, ...rest }) => told.push(rest) });
    return { file: Buffer.from(model.save()), told };
  } catch (error) {
    throw Object.assign(error as Error, { told });
  } finally {
    model.dispose();
  }
}

test.each<[string, Validation<ItemPairs> | undefined]>([
  ["without validation", undefined],
  ["with validation", { data: held }],
  ["with patience", { data: held, metrics: ["average-precision", "auc"], patience: 2 }],
  ["with a metric that decides", { data: held, metric: "auc-seen" }],
])(
  "a model without an optimiser, interrupted at every step and resumed %s, ends as if uninterrupted, bit for bit",
  async (_, validation) => {
    const options = { epochs: 4, steps: 3 };
    const more: FitOptions<ItemPairs> = validation ? { validation } : {};
    const whole = await run(options, more);
    for (let n = 0; n < whole.told.length * options.steps; n++) {
      const controller = new AbortController();
      const reason = new Error("stop");
      const handed: Checkpoint[] = [];
      if (n === 0) controller.abort(reason);
      const error = await run(
        options,
        {
          ...more,
          signal: controller.signal,
          checkpoint: (checkpoint) => void handed.push(checkpoint),
        },
        (step) => void (step === n - 1 && controller.abort(reason)),
      ).catch((thrown: unknown) => thrown);
      expect(error).toBe(reason);
      const rest = await run(options, { ...more, resumeFrom: handed[0].file });
      expect([...(error as { told: Told[] }).told, ...rest.told]).toEqual(whole.told);
      expect(rest.file.equals(whole.file)).toBe(true);
    }
  },
);

test("the loss of an epoch is the mean of its examples, and its tokens are counted", async () => {
  const losses: StepLoss[] = [
    { sum: 10, count: 1, tokens: 7 },
    { sum: 2, count: 3, tokens: 5 },
    { sum: 1e-300, count: 1e10, tokens: 1 },
    { sum: 0, count: 0, tokens: 4 }, // a step that subsampling left nothing of
    { sum: 8, count: 2, tokens: 0 },
    { sum: 0, count: 0, tokens: 0 },
  ];
  const { told } = await run({ epochs: 3, steps: 2 }, {}, (step) => losses[step]);
  expect(told).toEqual([
    { epoch: 1, epochs: 3, loss: 3, tokens: 12 },
    { epoch: 2, epochs: 3, loss: 1e-310, tokens: 5 },
    { epoch: 3, epochs: 3, loss: 4, tokens: 0 },
  ]);
});

test("epochs say nothing of tokens where the model counts none", async () => {
  const { told } = await run({ epochs: 1, steps: 2 }, {}, () => ({ sum: 6, count: 4 }));
  expect(told).toEqual([{ epoch: 1, epochs: 1, loss: 1.5 }]);
  const mixed = await run({ epochs: 1, steps: 2 }, {}, (step) =>
    step === 0 ? 2 : { sum: 6, count: 3 },
  );
  expect(mixed.told).toEqual([{ epoch: 1, epochs: 1, loss: 2 }]);
});

test("an epoch without any example ends training, and says why", async () => {
  const training = run({ epochs: 3, steps: 2 }, {}, (step) =>
    step < 2 ? { sum: 1, count: 1 } : { sum: 0, count: 0 },
  );
  await expect(training).rejects.toThrow(TrainingError);
  await expect(training).rejects.toThrow("Drift: epoch 2 had no examples to learn from");
});

test("a sum that is no number ends training, and says where", async () => {
  const training = run({ epochs: 3, steps: 4 }, {}, (step) =>
    step === 6 ? { sum: Number.NaN, count: 3 } : undefined,
  );
  await expect(training).rejects.toThrow(
    "Drift: the loss became NaN in epoch 2, step 3 of 4: training diverged; lower the learning rate",
  );
});

test("a mean loss far above the first is divergence, however many examples there are", async () => {
  const grows = (factor: number) =>
    run({ epochs: 2, steps: 1 }, {}, (step) => ({ sum: step === 0 ? 50 : 50 * factor, count: 10 }));
  await expect(grows(1500)).rejects.toThrow("the loss became 7500 in epoch 2: training diverged");
  expect((await grows(900)).told).toHaveLength(2);
});

test("progress tells the mean of the examples so far", async () => {
  const model = new Drift({ epochs: 1, steps: 5 });
  model.onStep = (step) => {
    const end = performance.now() + 60;
    while (performance.now() < end);
    return step === 0 ? { sum: 0, count: 0 } : { sum: 6 * step, count: 3 };
  };
  const losses: number[] = [];
  await model.fit(train, { onProgress: ({ loss }) => void losses.push(loss) });
  expect(losses).toEqual([0, 2, 3, 4, 5]);
  model.dispose();
});

test("a metric that decides and could not be measured is refused before the first step", async () => {
  const oneKind = held.select((row) => held.label?.[row] === 1 || row % 3 === 2);
  let steps = 0;
  const training = run(
    {},
    { validation: { data: oneKind, metric: "auc-seen" } },
    () => void steps++,
  );
  await expect(training).rejects.toThrow(/cannot have auc-seen: .* 0 have label 0/);
  expect(steps).toBe(0);
  const { told } = await run({ epochs: 1 }, { validation: { data: oneKind } });
  expect(Object.keys(told[0].validation ?? {})).toEqual(["auc", "average-precision"]);
});
