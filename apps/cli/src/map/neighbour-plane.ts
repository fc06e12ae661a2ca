import { Rng } from "@kith/core-tensors";
import { breathe } from "@kith/recommender";
import { UMAP } from "umap-js";

/** Neighbours of each point that are looked at: it takes more points than these. */
export const NEIGHBOURS = 15;
/** Epochs between two turns of the event loop, in which an interruption is heard. */
const TURN = 10;

/**
 * A plane on which those are near each other that are near each other among the vectors: UMAP (McInnes et al., 2018, https://arxiv.org/abs/1802.03426). Shape [points, 2].
 * What lies far apart says little.
 * @param vectors [count, dim], more than `NEIGHBOURS`
 * @param onProgress is told the share that is done, and may throw
 */
export async function neighbourPlane(
  vectors: Float32Array,
  dim: number,
  seed: number,
  onProgress: (done: number) => void,
): Promise<Float64Array> {
  const count = vectors.length / dim;
  const rows = Array.from({ length: count }, (_, n) =>
    Array.from(vectors.subarray(n * dim, (n + 1) * dim)),
  );
  const rng = new Rng(seed);
  const umap = new UMAP({ nNeighbors: NEIGHBOURS, minDist: 0.1, random: () => rng.next() });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % TURN > 0) continue;
    await breathe();
    onProgress(epoch / epochs);
  }
  return Float64Array.from(umap.getEmbedding().flat());
}
