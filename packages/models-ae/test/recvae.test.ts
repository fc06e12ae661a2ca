import { Adam, normal, Rng, scope, Tensor } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { AlternatingAdam } from "../src/alternating-adam.ts";
import { divergenceFromComposite } from "../src/composite-prior.ts";
import { RecVAE } from "../src/index.ts";
import { RecVAETraining } from "../src/recvae-training.ts";

const SMALL = { hidden: 8, latent: 3, batchSize: 2, learningRate: 0.01, epochs: 4 };
const data = Interactions.from(
  Array.from({ length: 8 }, (_, u) =>
    [0, 1, 2].map((n): [string, string] => [`u${u}`, `i${(u + n) % 6}`]),
  ).flat(),
);

function training(options: object = {}): RecVAETraining {
  return new RecVAETraining(
    data,
    new RecVAE({ ...SMALL, ...options }).options,
    new Rng(3),
    () => {},
  );
}

const numbers = (tensors: Readonly<Record<string, Tensor>>) =>
  Object.values(tensors).map(({ data: values }) => values.join());

test("the divergence is ln q − ln of the mixture, number by number, by hand", () => {
  scope(() => {
    const z = Tensor.from([0.5, -3], [1, 2]);
    const now = {
      mean: Tensor.from([0.2, -2], [1, 2]),
      logVariance: Tensor.from([-1, 0.5], [1, 2]),
    };
    const before = {
      mean: Tensor.from([1, -2.5], [1, 2]),
      logVariance: Tensor.from([0.3, -0.7], [1, 2]),
    };
    const density = (x: number, mean: number, logVariance: number) =>
      Math.exp(-((x - mean) ** 2) / (2 * Math.exp(logVariance))) / Math.sqrt(Math.exp(logVariance));
    const expected = [0, 1].map((n) => {
      const x = z.data[n];
      const q = density(x, now.mean.data[n], now.logVariance.data[n]);
      const mixture =
        0.15 * density(x, 0, 0) +
        0.75 * density(x, before.mean.data[n], before.logVariance.data[n]) +
        0.1 * density(x, 0, 10);
      return Math.log(q / mixture);
    });
    const found = divergenceFromComposite(z, now, before).data;
    expect(found[0]).toBeCloseTo(expected[0], 5);
    expect(found[1]).toBeCloseTo(expected[1], 5);
  });
});

test("the encoder learns in its passes alone, the decoder in its own, and the prior takes the encoder in between", () => {
  const made = training({ encoderPasses: 2, decoderPasses: 1 });
  const { encoder, outputs, biases } = made.network;
  const prior = Object.fromEntries(
    Object.entries(made.parameters).filter(([name]) => name.startsWith("prior.")),
  );
  const perPass = made.steps / 3;
  let step = 0;
  for (const batch of made.batches(1)) {
    const [oldEncoder, oldDecoder, oldPrior] = [
      numbers(encoder),
      numbers({ outputs, biases }),
      numbers(prior),
    ];
    made.step(batch);
    const ofEncoder = step < 2 * perPass;
    expect(numbers(encoder).some((text, n) => text !== oldEncoder[n])).toBe(ofEncoder);
    expect(numbers({ outputs, biases }).every((text, n) => text !== oldDecoder[n])).toBe(
      !ofEncoder,
    );
    expect(numbers(prior).some((text, n) => text !== oldPrior[n])).toBe(step === 2 * perPass);
    step++;
  }
  expect(step).toBe(made.steps);
  expect(numbers(prior)).toEqual(numbers(encoder));
  made.dispose();
});

test.each([5, 12, 14])(
  "goes on from a checkpoint after step %i to the same model, bit for bit",
  async (steps) => {
    const whole = await new RecVAE(SMALL).fit(data);
    const abort = new AbortController();
    let file: Uint8Array | undefined;
    let taken = 0;
    const { step } = RecVAETraining.prototype;
    const spy = jest.spyOn(RecVAETraining.prototype, "step").mockImplementation(function (
      this: RecVAETraining,
      batch,
    ) {
      if (++taken === steps) abort.abort();
      return step.call(this, batch);
    });
    const part = new RecVAE(SMALL).fit(data, {
      signal: abort.signal,
      checkpoint: (checkpoint) => {
        file = checkpoint.file;
      },
    });
    await expect(part).rejects.toThrow();
    spy.mockRestore();
    const resumed = await new RecVAE(SMALL).fit(data, { resumeFrom: file });
    expect(resumed.save()).toEqual(whole.save());
    for (const model of [whole, resumed]) model.dispose();
  },
);

test("each side's steps are Adam's own, as if there were no other", () => {
  const shape = [3];
  const [a, b, alone] = [0, 1, 2].map(() => Tensor.parameter(shape));
  const both = new AlternatingAdam([a], [b], { first: 2, second: 1 }, { learningRate: 0.1 });
  const single = new Adam([alone], { learningRate: 0.1 });
  const target = normal(Tensor.parameter(shape), new Rng(1));
  const loss = (x: Tensor) => () => {
    const y = Tensor.empty([], {
      parents: [x],
      backward: (_, give) =>
        give.dense(x, Tensor.from(x.data.map((value, n) => value - target.data[n])), true),
    });
    y.data[0] = 0;
    return y;
  };
  const sides = Array.from({ length: 9 }, () => {
    const { side } = both;
    both.minimize(loss(side === "first" ? a : b));
    return side;
  });
  expect(sides.join()).toBe("first,first,second,".repeat(3).slice(0, -1));
  for (let n = 0; n < 3; n++) single.minimize(loss(alone));
  expect([...b.data]).toEqual([...alone.data]);
  both.steps = 4;
  expect([both.side, both.steps]).toEqual(["first", 4]);
  both.steps = 5;
  expect([both.side, both.steps]).toEqual(["second", 5]);
  for (const owner of [a, b, alone, target, both, single]) owner.dispose();
});

test("learns one batch by heart: what is left of the loss is that of choosing among one's own items", async () => {
  const model = new RecVAE({
    ...SMALL,
    hidden: 16,
    batchSize: 8,
    gamma: 0,
    dropout: 0,
    epochs: 150,
  });
  const losses: number[] = [];
  for await (const { loss } of model.train(data)) losses.push(loss);
  expect(losses[0]).toBeGreaterThan(3 * Math.log(5));
  expect(losses[losses.length - 1]).toBeLessThan(3 * Math.log(3) * 1.05);
  model.dispose();
});
