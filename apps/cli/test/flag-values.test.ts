import { ids, metric, metrics, numberOf, oneOf, share, wholeNumber } from "../src/flag-values.ts";

test("numbers are taken only when they are written in full", () => {
  expect(["5", "-1", "1e-3", ".5", "+2", " 7 "].map(numberOf)).toEqual([5, -1, 0.001, 0.5, 2, 7]);
  expect(["", "abc", "0x10", "1_000", "1e", "Infinity", "5px"].map(numberOf)).toEqual(
    Array(7).fill(undefined),
  );
});

test("whole numbers below the least one, and what is no whole number, are refused with the flag's name", () => {
  const parse = wholeNumber("-k", 1);
  expect(parse("12")).toBe(12);
  for (const bad of ["0", "-1", "1.5", "abc", "1e400"])
    expect(() => parse(bad)).toThrow(
      `-k must be a whole number of at least 1, got ${JSON.stringify(bad)}`,
    );
});

test("a share is below 1, and 0 only where nothing may be wanted", () => {
  expect(share("--test-share")("0.2")).toBe(0.2);
  expect(() => share("--test-share")("0")).toThrow("--test-share must be above 0 and below 1");
  expect(share("--validation-share", { zero: true })("0")).toBe(0);
  expect(() => share("--validation-share", { zero: true })("1")).toThrow("at least 0 and below 1");
});

test("metrics are checked before anything is trained", () => {
  expect(metrics("--metrics")("recall@20, recall-min@5,coverage@10")).toEqual([
    "recall@20",
    "recall-min@5",
    "coverage@10",
  ]);
  for (const bad of ["recall", "foo@20", "recall@0", "coverage"])
    expect(() => metrics("--metrics")(bad)).toThrow(
      `--metrics: there is no metric ${JSON.stringify(bad)}`,
    );
  expect(() => metrics("--metrics")("recall@9999999")).toThrow("beyond the largest, 100000");
  expect(() => metrics("--metrics")(" , ")).toThrow("at least one metric");
  expect(() => metric("--metric")("recall@5,ndcg@5")).toThrow("must be one metric");
});

test("ids are separated by commas, or stand in a JSON list", () => {
  expect(ids("--history")("a, b,ß")).toEqual(["a", "b", "ß"]);
  expect(ids("--history")('["a,b",5]')).toEqual(["a,b", "5"]);
  expect(() => ids("--history")("[a")).toThrow("must be a JSON list of ids, got [a");
});

test("one of a few words", () => {
  expect(oneOf("--split", ["random", "none"])("none")).toBe("none");
  expect(() => oneOf("--split", ["random", "none"])("some")).toThrow(
    '--split must be one of random, none, got "some"',
  );
});
