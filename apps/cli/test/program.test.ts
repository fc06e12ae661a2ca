import { folder } from "./kith.ts";

const here = folder();
const COMMANDS = [
  ...["train", "evaluate", "recommend", "similar"],
  ...["compare", "walks", "export", "inspect", "demo"],
];

test("--version and --help end with code 0 on stdout", async () => {
  expect(await here.kith("--version")).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: "",
  });
  const { code, stdout } = await here.kith("--help");
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command}`);
});

test("without a command the help goes to stderr, with code 2", async () => {
  const { code, stdout, stderr } = await here.kith();
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Usage: kith");
});

test.each(COMMANDS)("%s --help has examples", async (command) => {
  const { code, stdout } = await here.kith(command, "--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples:\n {2}kith ${command}\\b`));
});

test("the demo runs without a terminal, and the commands it ends with work as they stand", async () => {
  const { code, stdout, stderr } = await here.kith("demo", "--epochs", "1");
  expect(code).toBe(0);
  expect(stderr).toMatch(/epoch 1\/1 {2}loss \d\.\d{4} {2}validation recall@20 0\.\d{4}\n/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  expect(stdout).toMatch(
    /recall@20 +ndcg@20 +mrr@20 +coverage@20\nLightGCN .*\nitem-KNN .*\npopularity .*\n/,
  );
  expect(stdout.match(/because it needs \S+/g)?.length).toBeGreaterThanOrEqual(6);
  const commands = [...stdout.matchAll(/^ {2}node \S+ (.*)$/gm)].map(([, args]) => args.split(" "));
  expect(commands.map(([name]) => name)).toEqual([
    "recommend",
    "recommend",
    "similar",
    "evaluate",
    "train",
  ]);
  for (const args of commands) expect((await here.kith(...args)).code).toBe(0);
});

test("a reader that stops reading is no error", async () => {
  const { child, ended } = here.start(["recommend", "--model-file", "demo.kith", "--all-users"]);
  child.stdout?.once("data", () => child.stdout?.destroy());
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([0, ""]);
});
