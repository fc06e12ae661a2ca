import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { events, folder, ratings } from "./kith.ts";

const here = folder();
const at = (name: string): string => join(here.path, name);
const train = (out: string, ...more: string[]): string[] => [
  "train",
  "--data",
  "ratings.csv",
  "--split",
  "random",
  "--epochs",
  "15",
  "--dim",
  "16",
  "--batch-size",
  "64",
  "--out",
  out,
  ...more,
];

beforeAll(() => {
  here.file("ratings.csv", ratings({ users: 150, items: 40 }));
});

test("Ctrl-C saves a checkpoint, and --resume ends in the same file as an uninterrupted training", async () => {
  const whole = await here.kith(...train("whole.kith", "--quiet"));
  expect(whole.code).toBe(0);

  const { child, ended } = here.start(train("model.kith"));
  child.stderr?.on("data", (text: string) => {
    if (text.includes("epoch 3/15")) child.kill("SIGINT");
  });
  const interrupted = await ended;
  expect(interrupted.code).toBe(1);
  expect(interrupted.stderr).toMatch(
    /kith: stopped by SIGINT after \d+ whole epochs; the checkpoint is in model\.kith\.checkpoint; the same command with --resume goes on from there\n$/,
  );
  expect(existsSync(at("model.kith"))).toBe(false);
  expect(events(await here.kith("inspect", "model.kith.checkpoint", "--json"))).toEqual([
    expect.objectContaining({
      kind: "checkpoint",
      model: "LightGCN",
      standing: expect.objectContaining({ epoch: expect.any(Number) }),
    }),
  ]);

  const other = await here.kith(...train("model.kith", "--resume", "--learning-rate", "0.5"));
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(
    /kith: cannot resume: model\.kith\.checkpoint must be a checkpoint of the same option learningRate: expected 0\.5, got 0\.001\n$/,
  );

  const resumed = await here.kith(...train("model.kith", "--resume"));
  expect(resumed.code).toBe(0);
  expect(resumed.stderr).not.toContain("epoch 1/15");
  expect(readFileSync(at("model.kith")).equals(readFileSync(at("whole.kith")))).toBe(true);
  expect(existsSync(at("model.kith.checkpoint"))).toBe(false);
});

test("SIGTERM does the same, to the place that --checkpoint names", async () => {
  const { child, ended } = here.start(train("terminated.kith", "--checkpoint", "here.checkpoint"));
  child.stderr?.on("data", (text: string) => {
    if (text.includes("epoch 1/15")) child.kill("SIGTERM");
  });
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr).toContain("stopped by SIGTERM");
  const resumed = await here.kith(
    ...train("terminated.kith", "--resume", "here.checkpoint", "--quiet"),
  );
  expect(resumed.code).toBe(0);
});

test("checkpoints are taken every so many epochs on request", async () => {
  const { child, ended } = here.start(train("killed.kith", "--checkpoint-every", "2"));
  child.stderr?.on("data", (text: string) => {
    if (text.includes("epoch 6/15")) child.kill("SIGKILL");
  });
  expect((await ended).code).toBe(null);
  const [{ standing }] = events(await here.kith("inspect", "killed.kith.checkpoint", "--json")) as {
    standing: { epoch: number };
  }[];
  expect(standing.epoch).toBeGreaterThanOrEqual(4);
  rmSync(at("killed.kith.checkpoint"));
});

test("a checkpoint of other data, and what is no checkpoint, are refused", async () => {
  const missing = await here.kith(...train("nothing.kith", "--resume"));
  expect([missing.code, missing.stderr]).toEqual([
    1,
    "kith: cannot resume: there is no checkpoint nothing.kith.checkpoint\n",
  ]);
  here.file("text.checkpoint", "this is text, and long enough to be looked at");
  const text = await here.kith(...train("nothing.kith", "--resume", "text.checkpoint"));
  expect(text.code).toBe(1);
  expect(text.stderr).toMatch(
    /kith: cannot resume: text\.checkpoint: not a safetensors file: [^\n]*\n$/,
  );
});
