// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import { type Csr, Rng } from "@kith/core-tensors";
import type { Interactions, TokenSource } from "@kith/data";
import {
  AliasTable,
  batches,
  DistinctIds,
  NegativeSampler,
  PairSampler,
  RandomWalks,
  TripleSampler,
  windowPairs,
} from "../src/index.ts";

declare const data: Interactions;
declare const graph: Csr;
const rng = new Rng(1);

// Right uses.
new AliasTable([1, 2]).draw(rng) satisfies number;
new AliasTable(new Float64Array(3));
for (const { users, unseen } of batches(new TripleSampler(data, rng).epoch(1), 10))
  users.at(unseen[0]);
for (const batch of batches(new PairSampler(data, rng).epoch(1), 10))
  batch.liked satisfies Uint32Array;
new DistinctIds(3).of([Uint32Array.of(1)]).ids satisfies Uint32Array;
const walks: TokenSource = new RandomWalks(graph, { q: 0.5 }, rng);
for (const { left } of windowPairs(walks, { window: 3 }, rng)) left satisfies Uint32Array;

// @ts-expect-error chance comes from the caller
new TripleSampler(data);
// @ts-expect-error a stream, not a seed
new PairSampler(data, 1);
// @ts-expect-error misspelt option
new NegativeSampler(data, { alfa: 0.75 });
// @ts-expect-error a stream is needed to draw
new AliasTable([1]).draw();
// @ts-expect-error there is no such column
for (const batch of batches({ a: new Uint32Array(1) }, 2)) batch.b;
// @ts-expect-error lists of ids are typed arrays
new DistinctIds(3).of([[1, 2]]);
// @ts-expect-error a graph, not a list of edges
new RandomWalks([[0, 1]], {}, rng);
// @ts-expect-error a stream is needed to draw
windowPairs(walks, { window: 3 });
