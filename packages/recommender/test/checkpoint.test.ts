import { FormatError, OptionError } from "@kith/core-tensors";
import { decodeCheckpoint, encodeCheckpoint } from "../src/checkpoint.ts";
import { type Checkpoint, decodeSafeTensors, encodeSafeTensors } from "../src/index.ts";
import { halves, Toy } from "./support/toy.ts";

const { train, test: other } = halves();

const subject = { model: "Toy", options: { epochs: 3, dim: 2, sizes: [8, 4] }, dataHash: "abc" };
const standing = {
  epoch: 1,
  step: 2,
  lossSum: 0.1 + 0.2,
  lossCount: 2,
  tokens: 31,
  firstLoss: 0.75,
  optimizerSteps: 7,
  waited: 1,
  metrics: { "recall@20": 1 / 3 },
  best: { epoch: 1, metrics: { "recall@20": 1 / 3 } },
};
const tensors = { "parameter.e": { shape: [2], data: Float32Array.of(1, -0) } };

test("a checkpoint is read as it was written, numbers to the bit", () => {
  const read = decodeCheckpoint(subject, encodeCheckpoint(subject, { standing, tensors }));
  expect(read.standing).toEqual(standing);
  expect({ ...read.tensors }).toEqual(tensors);
});

test("a checkpoint of an earlier format is refused by its name", () => {
  const { metadata, tensors: kept } = decodeSafeTensors(
    encodeCheckpoint(subject, { standing, tensors }),
  );
  const earlier = encodeSafeTensors({
    metadata: { ...metadata, format: "kith-checkpoint/1" },
    tensors: kept,
  });
  expect(() => decodeCheckpoint(subject, earlier)).toThrow(
    "checkpoint: expected format kith-checkpoint/2, got kith-checkpoint/1",
  );
});

test("the number of epochs may differ", () => {
  const file = encodeCheckpoint(subject, { standing, tensors });
  const longer = { ...subject, options: { ...subject.options, epochs: 100 } };
  expect(decodeCheckpoint(longer, file).standing.epoch).toBe(1);
});

test.each([
  [{ model: "LightGCN" }, "same model: expected LightGCN, got Toy"],
  [{ options: { ...subject.options, dim: 3 } }, "same option dim: expected 3, got 2"],
  [
    { options: { ...subject.options, sizes: [8, 5] } },
    "same option sizes: expected [8,5], got [8,4]",
  ],
  [{ options: { epochs: 3, dim: 2 } }, "same option sizes: expected undefined, got [8,4]"],
  [
    { options: { ...subject.options, more: true } },
    "same option more: expected true, got undefined",
  ],
  [{ dataHash: "abd" }, "same training data: expected abd, got abc"],
])("a checkpoint of something else is refused by name: %j", (difference, message) => {
  const file = encodeCheckpoint(subject, { standing, tensors });
  const decode = () => decodeCheckpoint({ ...subject, ...difference }, file);
  expect(decode).toThrow(OptionError);
  expect(decode).toThrow(`option "resumeFrom" must be a checkpoint of the ${message}`);
});

test("a model refuses checkpoints of other data and options, and goes on with its own", async () => {
  const handed: Checkpoint[] = [];
  const options = { checkpointEvery: 1, checkpoint: (c: Checkpoint) => void handed.push(c) };
  const model = await new Toy({ epochs: 2 }).fit(train, options);
  const [{ file: resumeFrom }] = handed;
  await expect(new Toy().fit(other, { resumeFrom })).rejects.toThrow("same training data");
  await expect(new Toy({ layers: [8] }).fit(train, { resumeFrom })).rejects.toThrow(
    "same option layers: expected [8], got [8,4]",
  );
  await expect(new Toy().fit(train, { resumeFrom: model.save() })).rejects.toThrow(
    "checkpoint: expected format kith-checkpoint/2, got kith-model/1",
  );
  for (const cut of [0, 7, 100, resumeFrom.length - 1])
    await expect(new Toy().fit(train, { resumeFrom: resumeFrom.subarray(0, cut) })).rejects.toThrow(
      FormatError,
    );
  await (
    await new Toy({ epochs: 3 }).fit(train, { resumeFrom: Buffer.from(resumeFrom) })
  ).dispose();
  model.dispose();
});

test.each([
  ["metadata without options", { options: undefined }, {}],
  ["a standing that is no JSON", { standing: "{" }, {}],
  ["a parameter of another size", {}, { "parameter.e": { shape: [1], data: Float32Array.of(1) } }],
  [
    "optimiser state of another size",
    {},
    { "optimizer.m0": { shape: [0], data: new Float32Array(0) } },
  ],
])("%s are damage", async (_, metadata, tensors) => {
  const handed: Checkpoint[] = [];
  const options = { checkpointEvery: 1, checkpoint: (c: Checkpoint) => void handed.push(c) };
  (await new Toy({ epochs: 1 }).fit(train, options)).dispose();
  const whole = decodeSafeTensors(handed[0].file);
  const resumeFrom = encodeSafeTensors({
    metadata: JSON.parse(JSON.stringify({ ...whole.metadata, ...metadata })),
    tensors: { ...whole.tensors, ...tensors },
  });
  await expect(new Toy().fit(train, { resumeFrom })).rejects.toThrow(FormatError);
});
