import { heap, OptionError, TrainingError, trimArena } from "@kith/core-tensors";
import type { Checkpoint, Epoch, FitOptions, Validation } from "../src/index.ts";
import { halves, Toy, type ToyOptions } from "./support/toy.ts";

const { train, test: held } = halves();

type Told = Omit<Epoch, "seconds">;

/** Trains, and what came of it: the file, and what was told about each epoch. */
async function run(
  options: Partial<ToyOptions>,
  more: FitOptions = {},
  onStep?: Toy["onStep"],
): Promise<{ file: Buffer; told: Told[] }> {
  const model = new Toy(options);
  if (onStep) model.onStep = onStep;
  const told: Told[] = [];
  try {
    await model.fit(train, {
      ...more,
      onEpoch: ({ seconds: _, ...rest }) => told.push(rest),
    });
    return { file: Buffer.from(model.save()), told };
  } catch (error) {
    throw Object.assign(error as Error, { told });
  } finally {
    model.dispose();
  }
}

/** Trains until just before step n, and gives up with a checkpoint. */
async function interrupted(
  options: Partial<ToyOptions>,
  more: FitOptions,
  n: number,
): Promise<{ checkpoint: Checkpoint; told: Told[] }> {
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
  expect(handed).toHaveLength(1);
  return { checkpoint: handed[0], told: (error as { told: Told[] }).told };
}

const validations: [string, Validation | undefined][] = [
  ["nothing", undefined],
  ["validation", { data: held }],
  ["a metric that decides", { data: held, metrics: ["recall@3", "mrr@5"], metric: "mrr@5" }],
  ["patience of 1", { data: held, metrics: ["recall@3"], patience: 1 }],
  ["patience of 2, every 2 epochs", { data: held, metrics: ["ndcg@4"], patience: 2, every: 2 }],
  ["coverage deciding", { data: held, metrics: ["coverage@2"], patience: 3 }],
];

describe.each(validations)("with %s", (_, validation) => {
  const options = { epochs: 6, steps: 3 };
  const more: FitOptions = validation ? { validation } : {};

  test("interrupted at every step and resumed, it ends as if uninterrupted, bit for bit", async () => {
    const whole = await run(options, more);
    const steps = whole.told.length * options.steps;
    for (let n = 0; n < steps; n++) {
      const { checkpoint, told } = await interrupted(options, more, n);
      const rest = await run(options, { ...more, resumeFrom: checkpoint.file });
      expect([...told, ...rest.told]).toEqual(whole.told);
      expect(rest.file.equals(whole.file)).toBe(true);
    }
  });

  test("interrupted after each single step, again and again, likewise", async () => {
    const whole = await run(options, more);
    const steps = whole.told.length * options.steps;
    const told: Told[] = [];
    let resume: FitOptions = {};
    for (let n = 0; n < steps - 1; n++) {
      const part = await interrupted(options, { ...more, ...resume }, 1);
      told.push(...part.told);
      resume = { resumeFrom: part.checkpoint.file };
    }
    const last = await run(options, { ...more, ...resume });
    expect([...told, ...last.told]).toEqual(whole.told);
    expect(last.file.equals(whole.file)).toBe(true);
  });

  test("resumed from the checkpoint of any epoch, the last included, likewise", async () => {
    const handed: Checkpoint[] = [];
    const whole = await run(options, {
      ...more,
      checkpointEvery: 1,
      checkpoint: (checkpoint) => void handed.push(checkpoint),
    });
    expect(handed.map(({ epoch }) => epoch)).toEqual(whole.told.map(({ epoch }) => epoch));
    for (const { epoch, file } of handed) {
      const rest = await run(options, { ...more, resumeFrom: file });
      expect(rest.told).toEqual(whole.told.slice(epoch));
      expect(rest.file.equals(whole.file)).toBe(true);
    }
  });
});

test("training goes on for more epochs than the checkpoint was made with", async () => {
  const handed: Checkpoint[] = [];
  await run(
    { epochs: 2 },
    { checkpointEvery: 2, checkpoint: (checkpoint) => void handed.push(checkpoint) },
  );
  const longer = await run({ epochs: 4 }, { resumeFrom: handed[0].file });
  const whole = await run({ epochs: 4 });
  expect(longer.told).toEqual(whole.told.slice(2));
  expect(longer.file.equals(whole.file)).toBe(true);
});

test("checkpoints come every so many epochs, and are not changed by what follows", async () => {
  const handed: Checkpoint[] = [];
  const copies: Buffer[] = [];
  await run(
    { epochs: 5 },
    {
      checkpointEvery: 2,
      checkpoint(checkpoint) {
        handed.push(checkpoint);
        copies.push(Buffer.from(checkpoint.file));
      },
    },
  );
  expect(handed.map(({ epoch }) => epoch)).toEqual([2, 4]);
  expect(handed.map(({ file }, n) => copies[n].equals(file))).toEqual([true, true]);
});

test("training waits until a checkpoint is kept", async () => {
  const order: string[] = [];
  await new Toy({ epochs: 2 }).fit(train, {
    checkpointEvery: 1,
    async checkpoint({ epoch }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`checkpoint ${epoch}`);
    },
    onEpoch: ({ epoch }) => void order.push(`epoch ${epoch}`),
  });
  expect(order).toEqual(["epoch 1", "checkpoint 1", "epoch 2", "checkpoint 2"]);
});

test("timers fire during training, also when epochs are short", async () => {
  for (const [epochs, steps] of [
    [1, 100],
    [100, 1],
  ]) {
    const model = new Toy({ epochs, steps });
    model.onStep = () => {
      const end = performance.now() + 3;
      while (performance.now() < end);
      return undefined;
    };
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    const progress: number[] = [];
    await model.fit(train, { onProgress: ({ done }) => void progress.push(done) });
    clearInterval(timer);
    expect(fired).toBeGreaterThanOrEqual(3);
    expect(progress.length).toBeGreaterThanOrEqual(3);
    for (const done of progress) expect(done > 0 && done <= 1).toBe(true);
    model.dispose();
  }
});

test("a loss that is no number ends training, and says where", async () => {
  for (const loss of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const training = run({ epochs: 3, steps: 4 }, {}, (step) => (step === 6 ? loss : undefined));
    await expect(training).rejects.toThrow(TrainingError);
    await expect(training).rejects.toThrow(
      `Toy: the loss became ${loss} in epoch 2, step 3 of 4: training diverged; lower the learning rate`,
    );
  }
});

test("parameters that the very last step made infinite are not taken for a model", async () => {
  const model = new Toy({ epochs: 1, steps: 1, learningRate: 1e300 });
  const training = model.fit(train);
  await expect(training).rejects.toThrow(TrainingError);
  await expect(training).rejects.toThrow("Toy: embeddings are no longer finite numbers");
  expect(() => model.recommend("u1")).toThrow("Toy: call fit() or load() first");
});

test("the loss of an epoch is the mean of its steps", async () => {
  const { told } = await run({ epochs: 2, steps: 4 }, {}, (step) => step);
  expect(told.map(({ loss }) => loss)).toEqual([1.5, 5.5]);
});

describe("validation", () => {
  /** Trains and gives the numbers of the epochs that were measured, and all measurements. */
  async function measured(validation: Validation, epochs: number) {
    const model = new Toy({ epochs });
    const told: Epoch[] = [];
    await model.fit(train, { validation, onEpoch: (epoch) => void told.push(epoch) });
    const result = {
      epochs: told.length,
      at: told.filter(({ validation: v }) => v).map(({ epoch }) => epoch),
      values: told.map(({ validation: v }) => v),
      kept: model.metrics,
      scores: model.scores("u1"),
    };
    model.dispose();
    return result;
  }

  test("comes every so many epochs, and after the last", async () => {
    expect((await measured({ data: held, every: 2 }, 5)).at).toEqual([2, 4, 5]);
    expect((await measured({ data: held, every: 10 }, 3)).at).toEqual([3]);
    expect((await measured({ data: held }, 3)).at).toEqual([1, 2, 3]);
  });

  test("keeps the last epoch when nothing decides, and its metrics", async () => {
    const { values, kept } = await measured({ data: held }, 4);
    expect(Object.keys(kept)).toEqual(["recall@20", "ndcg@20"]);
    expect(kept).toEqual(values[3]);
  });

  test("keeps the best epoch by the metric that decides, the first of equals", async () => {
    const validation = { data: held, metrics: ["recall@3", "mrr@5"], metric: "mrr@5" };
    const { values, kept, scores } = await measured(validation, 8);
    const of = values.map((value) => value?.["mrr@5"] ?? -1);
    const best = of.indexOf(Math.max(...of));
    expect(best).toBeLessThan(7); // else this test shows nothing
    expect(kept).toEqual(values[best]);
    const shorter = new Toy({ epochs: best + 1 });
    await shorter.fit(train);
    expect(shorter.scores("u1")).toEqual(scores);
    shorter.dispose();
  });

  test("stops after as many measurements without improvement as its patience", async () => {
    for (const patience of [1, 2, 3]) {
      const { epochs, values } = await measured({ data: held, metrics: ["mrr@5"], patience }, 30);
      const of = values.map((value) => value?.["mrr@5"] ?? -1);
      let [best, waited, stop] = [-1, 0, 30];
      of.forEach((value, n) => {
        waited = value > best ? 0 : waited + 1;
        best = Math.max(best, value);
        if (waited === patience) stop = Math.min(stop, n + 1);
      });
      expect(epochs).toBe(stop);
      expect(epochs).toBeLessThan(30);
    }
  });

  test.each<[Partial<Validation>, string]>([
    [{ metric: "recall@10" }, 'option "metric" must be one of the validation metrics recall@20'],
    [{ metrics: ["recal@20"] }, 'option "metrics" must be like recall@20'],
    [{ metrics: [] }, "at least one"],
    [{ every: 0 }, 'option "every" must be a whole number of at least 1, got 0'],
    [{ every: 1.5 }, 'option "every"'],
    [{ patience: 0 }, 'option "patience" must be a whole number of at least 1, got 0'],
    [{ patience: Number.NaN }, 'option "patience"'],
  ])("refuses %j before the first step", async (validation, message) => {
    let steps = 0;
    const training = run({}, { validation: { data: held, ...validation } }, () => void steps++);
    await expect(training).rejects.toThrow(OptionError);
    await expect(training).rejects.toThrow(message);
    expect(steps).toBe(0);
  });
});

test("metrics of an earlier training do not outlive the next", async () => {
  const model = new Toy({ epochs: 1 });
  await model.fit(train, { validation: { data: held } });
  expect(Object.keys(model.metrics)).toHaveLength(2);
  await model.fit(train);
  expect(model.metrics).toEqual({});
  model.dispose();
});

test("abort, divergence and leaving the loop free what training held", async () => {
  await run({});
  trimArena();
  const before = heap().allocated;
  await run({}, { signal: AbortSignal.abort() }).catch(() => undefined);
  await run({}, {}, () => Number.NaN).catch(() => undefined);
  const model = new Toy({ epochs: 10 });
  for await (const _ of model.train(train)) break;
  expect(model.recommend("u1", { k: 2 }).items).toHaveLength(2);
  model.dispose();
  trimArena();
  expect(heap().allocated).toBe(before);
});

test("an epoch that is told to be the last is measured, and the best is kept as at the end", async () => {
  const validation = { data: held, metrics: ["recall@3"], metric: "recall@3", every: 10 };
  const asked: number[] = [];
  const short = await run(
    { epochs: 6, steps: 3 },
    { validation, isLast: (epoch) => asked.push(epoch) === 2 },
  );
  expect(asked).toEqual([1, 2]);
  expect(short.told.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(short.told[0]).not.toHaveProperty("validation");
  expect(short.told[1]).toHaveProperty("validation");

  const each = { ...validation, every: 1 };
  const whole = await run({ epochs: 6, steps: 3 }, { validation: each, isLast: () => false });
  const plain = await run({ epochs: 6, steps: 3 }, { validation: each });
  expect(whole.told).toEqual(plain.told);
  expect(whole.file.equals(plain.file)).toBe(true);
});

test("of a training that was told to end, the best epoch is what answers", async () => {
  const validation = { data: held, metrics: ["recall@3"], metric: "recall@3" };
  const options = { epochs: 6, steps: 3 };
  const best = ({ told }: { told: Told[] }, epochs: number) =>
    Math.max(...told.slice(0, epochs).map((each) => each.validation?.["recall@3"] ?? 0));
  for (const last of [1, 2, 3, 4, 5]) {
    const model = new Toy(options);
    const told: Told[] = [];
    await model.fit(train, {
      validation,
      isLast: (epoch) => epoch === last,
      onEpoch: (epoch) => told.push(epoch),
    });
    expect(told).toHaveLength(last);
    expect(model.metrics["recall@3"]).toBe(best({ told }, last));
    model.dispose();
  }
});
