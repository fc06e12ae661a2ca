import { OptionError } from "@kith/core-tensors";
import { Sequences } from "@kith/data";
import { sessionGraph } from "@kith/graph";
import { dense } from "./support.ts";

const sessions = Sequences.from([["a", "b", "a", "b", "c"], ["c"], [], ["b", "b", "c"]]);

test("an edge counts how often its second item came directly after its first", () => {
  const { graph, report } = sessionGraph(sessions);
  expect(dense(graph)).toEqual([
    [0, 2, 0],
    [1, 0, 2],
    [0, 0, 0],
  ]);
  expect(report).toEqual({ pairs: 6, selfLoops: 1, zeroWeights: 0, duplicates: 2, isolated: 0 });
});

test("without directions both orders are one edge", () => {
  expect(dense(sessionGraph(sessions, { directed: false }).graph)).toEqual([
    [0, 3, 0],
    [3, 0, 2],
    [0, 2, 0],
  ]);
});

test("a window of two takes in what came after the next, and no sequence reaches into another", () => {
  const { graph, report } = sessionGraph(sessions, { window: 2 });
  expect(dense(graph)).toEqual([
    [0, 2, 1],
    [1, 0, 3],
    [0, 0, 0],
  ]);
  expect([report.pairs, report.selfLoops]).toEqual([10, 3]);
});

test("a window longer than every sequence pairs all in it", () => {
  const all = sessionGraph(Sequences.from([[1, 2, 3, 4]]), { window: 1000 });
  expect(all.report.pairs).toBe(6);
  expect(all.graph.indices.length).toBe(6);
});

test("sequences of one item, and none at all, have no edges", () => {
  const single = sessionGraph(Sequences.from([["a"], ["b"], []]));
  expect([single.graph.indices.length, single.report.isolated]).toEqual([0, 2]);
  expect(sessionGraph(Sequences.from([])).graph.rows).toBe(0);
});

test("options that make no sense are refused by name", () => {
  expect(() => sessionGraph(sessions, { window: 0 })).toThrow(OptionError);
  expect(() => sessionGraph(sessions, { step: 2 } as never)).toThrow('option "step" is unknown');
});
