import { Rng } from "@kith/core-tensors";
import { type ItemPairs, Sequences } from "@kith/data";
import { pairGraph } from "@kith/graph";
import { RandomWalks } from "@kith/sampling";

/** Random walks over the graph of pairs, kept: all models of sequences learn from the same ones, as in the article. */
export function walksOver(
  pairs: ItemPairs,
  options: { readonly walksPerNode: number; readonly walkLength: number },
  seed: number,
): Sequences {
  const walks = new RandomWalks(pairGraph(pairs).graph, options, new Rng(seed).fork("walks"));
  const values = new Uint32Array(walks.tokens);
  const offsets = new Uint32Array(walks.sequences + 1);
  let [token, sequence] = [0, 0];
  for (const chunk of walks.chunks(2 ** 20)) {
    values.set(chunk.tokens, token);
    for (const end of chunk.offsets.subarray(1)) offsets[++sequence] = token + end;
    token += chunk.tokens.length;
  }
  walks.dispose();
  return Sequences.fromColumns({ items: pairs.items, offsets, values });
}
