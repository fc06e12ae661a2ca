import type { Csr, Rng } from "@kith/core-tensors";
import { degrees } from "@kith/graph";
import { AliasTable, RandomWalks } from "@kith/sampling";
import type { Batch, Batches } from "./batches.ts";

export interface WalkBatchesOptions {
  readonly batchSize: number;
  /** Nodes that all rows of a batch are told from, drawn by degree^0.75. */
  readonly negatives: number;
  readonly walksPerNode: number;
  /** Nodes in a walk, at least 2. */
  readonly walkLength: number;
}

/** Nodes and others that short random walks from them come to (GraphSAGE, section 3.2): one of each walk. */
export class WalkBatches implements Batches {
  readonly count: number;
  readonly #walks: RandomWalks;
  readonly #options: WalkBatchesOptions;
  readonly #negatives: AliasTable;
  readonly #rng: Rng;

  /** @param graph of users and items */
  constructor(graph: Csr, options: WalkBatchesOptions, rng: Rng) {
    this.#options = options;
    this.#rng = rng;
    this.#negatives = new AliasTable(degrees(graph).map((degree) => degree ** 0.75));
    const { walksPerNode, walkLength } = options;
    this.#walks = new RandomWalks(graph, { walksPerNode, walkLength }, rng.fork("walks"));
    // Walks come in passes over all nodes, each of which ends with a batch of its own.
    this.count = walksPerNode * Math.ceil(this.#walks.sequences / walksPerNode / options.batchSize);
  }

  *of(epoch: number): Generator<Batch> {
    const { batchSize, walkLength, negatives } = this.#options;
    const rng = this.#rng.fork(epoch);
    for (const { tokens, offsets } of this.#walks.chunks(batchSize * walkLength)) {
      const walks = offsets.length - 1;
      const users = Uint32Array.from({ length: walks }, (_, w) => tokens[offsets[w]]);
      const liked = users.map((start, w) => {
        const at = 1 + rng.below(walkLength - 1);
        // A walk that is back at its start came there from a neighbour.
        return tokens[offsets[w] + at] === start
          ? tokens[offsets[w] + at - 1]
          : tokens[offsets[w] + at];
      });
      const others = Uint32Array.from({ length: negatives }, () => this.#negatives.draw(rng));
      yield { users, liked, others };
    }
  }

  dispose(): void {
    this.#walks.dispose();
  }
}
