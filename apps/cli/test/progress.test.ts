import { duration, ProgressLine, type Screen, TrainingProgress } from "../src/progress.ts";

function screen(isTTY: boolean, columns = 100): Screen & { text: string } {
  return {
    isTTY,
    columns,
    text: "",
    write(text: string) {
      this.text += text;
    },
  };
}

const EPOCH = { epoch: 1, epochs: 3, loss: 0.5, seconds: 2, validation: { "recall@20": 0.25 } };

test("without a terminal an epoch is a plain line, and what passes is not written", () => {
  const plain = screen(false);
  const line = new ProgressLine({ screen: plain });
  const progress = new TrainingProgress(line, { metric: "recall@20", now: () => 2000 });
  progress.progress({ epoch: 1, epochs: 3, done: 0.5, loss: 0.6 });
  progress.epoch(EPOCH);
  line.end();
  expect(plain.text).toMatch(
    /^epoch 1\/3 {2}loss 0\.5000 {2}validation recall@20 0\.2500( {2}\d+ s left)?\n$/,
  );
});

test("on a terminal one line is rewritten and never wraps", () => {
  const terminal = screen(true, 40);
  const line = new ProgressLine({ screen: terminal });
  line.update("a".repeat(100));
  line.update("b");
  line.end();
  expect(terminal.text).toBe(`\r${"a".repeat(39)}\u001b[K\rb\u001b[K\n`);
});

test("the time left is that of the epochs that are left, at the pace since this run began", () => {
  let now = 0;
  const plain = screen(false);
  const progress = new TrainingProgress(new ProgressLine({ screen: plain }), {
    metric: "recall@20",
    now: () => now,
  });
  now = 10_000; // resumed: the first epoch of this run is the fifth of ten, and took four seconds
  progress.epoch({ epoch: 5, epochs: 10, loss: 1, seconds: 4 });
  expect(plain.text).toContain("20 s left");
});

test("quiet says nothing", () => {
  const plain = screen(false);
  const line = new ProgressLine({ screen: plain, quiet: true });
  line.step("epoch");
  line.note("note");
  line.update("update");
  line.end();
  expect(plain.text).toBe("");
});

test("a note on a terminal takes the place of the passing line", () => {
  const terminal = screen(true);
  const line = new ProgressLine({ screen: terminal });
  line.update("epoch 1/2");
  line.note("saved");
  expect(terminal.text).toBe("\repoch 1/2\u001b[K\r\u001b[Ksaved\n");
});

test("durations are written for people", () => {
  expect([0.2, 59, 75, 3600 * 2 + 60 * 5].map(duration)).toEqual([
    "0 s",
    "59 s",
    "1 min 15 s",
    "2 h 5 min",
  ]);
});
