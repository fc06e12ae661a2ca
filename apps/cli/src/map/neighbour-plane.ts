import { Rng } from "@kith/core-tensors";
import { UMAP } from "umap-js";
import { principalPlane } from "./principal-plane.ts";

const NEIGHBOURS = 15;

/**
 * A plane on which those are near each other that are near each other among the vectors: UMAP (McInnes et al., 2018, https://arxiv.org/abs/1802.03426). Shape [points, 2].
 * What lies far apart says little. Too few vectors for it lie on the principal plane.
 * @param vectors [count, dim]
 * @param onEpoch is told the share that is done, and may throw
 */
export function neighbourPlane(
  vectors: Float32Array,
  dim: number,
  seed: number,
  onEpoch: (done: number) => void,
): Float64Array {
  const count = vectors.length / dim;
  if (count <= NEIGHBOURS) return principalPlane(vectors, dim).points;
  const rows = Array.from({ length: count }, (_, n) =>
    Array.from(vectors.subarray(n * dim, (n + 1) * dim)),
  );
  const rng = new Rng(seed);
  const umap = new UMAP({ nNeighbors: NEIGHBOURS, minDist: 0.1, random: () => rng.next() });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % 10 === 0) onEpoch(epoch / epochs);
  }
  return Float64Array.from(umap.getEmbedding().flat());
}
