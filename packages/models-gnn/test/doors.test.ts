import { Interactions } from "@kith/data";
import { type Checkpoint, evaluate } from "@kith/recommender";
import { LightGCN } from "../src/index.ts";

const data = Interactions.from([
  ["ann", "tea"],
  ["ann", "milk"],
  ["bob", "tea"],
  ["bob", "salt"],
]);
const small = { dim: 4, layers: 1, epochs: 3, batchSize: 2 };

test("rows instead of Interactions are refused with what to call", async () => {
  await expect(new LightGCN(small).fit([["ann", "tea"]] as never)).rejects.toThrow(
    'LightGCN: option "data" must be Interactions, as Interactions.from(rows) makes them, got an array',
  );
  await expect(new LightGCN(small).fit(undefined as never)).rejects.toThrow("got undefined");
});

test("a misspelt option of fit, recommend or evaluate is named", async () => {
  const model = await new LightGCN(small).fit(data);
  await expect(model.fit(data, { onepoch() {} } as never)).rejects.toThrow(
    'LightGCN.fit: option "onepoch" is unknown',
  );
  expect(() => model.recommend("ann", { n: 3 } as never)).toThrow(
    'recommend: option "n" is unknown; it takes k, excludeSeen, exclude, allow',
  );
  await expect(evaluate(model, data, { metric: ["recall@2"] } as never)).rejects.toThrow(
    'evaluate: option "metric" is unknown',
  );
});

test("evaluate with its arguments in the wrong order or of the wrong kind says so", async () => {
  const model = await new LightGCN(small).fit(data);
  await expect(evaluate(data as never, model as never)).rejects.toThrow(
    "the test data come second",
  );
  await expect(evaluate(model, [["ann", "tea"]] as never)).rejects.toThrow("got an array");
});

test("a path given to load is refused, because packages open no files", () => {
  expect(() => LightGCN.load("model.kith" as never)).toThrow(
    "model file: expected its bytes as a Uint8Array, got string; read the file first",
  );
});

test("one string given to foldIn is not taken for its letters", async () => {
  const model = await new LightGCN(small).fit(data);
  expect(() => model.foldIn("tea")).toThrow('did you mean ["tea"]?');
});

test("options that are no object, and numbers beyond their limits, are refused", () => {
  expect(() => new LightGCN(null as never)).toThrow(
    'LightGCN: option "options" must be an object, got null',
  );
  expect(() => new LightGCN({ temperature: 1e-30 })).toThrow(
    "must be a number from 0.001 to 1000, got 1e-30",
  );
  expect(() => new LightGCN({ regularization: 1e30 })).toThrow(
    "must be a number from 0 to 1000000",
  );
});

test("resuming with fewer epochs than the checkpoint has is refused", async () => {
  let last: Checkpoint | undefined;
  await new LightGCN(small).fit(data, {
    checkpointEvery: 1,
    checkpoint: (checkpoint) => {
      last = checkpoint;
    },
  });
  const again = new LightGCN({ ...small, epochs: 2 }).fit(data, {
    resumeFrom: (last as Checkpoint).file,
  });
  await expect(again).rejects.toThrow(
    'LightGCN: option "epochs" must be at least 3, where the checkpoint stands, got 2',
  );
});
