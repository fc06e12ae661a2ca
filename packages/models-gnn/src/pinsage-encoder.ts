import {
  addBias,
  type Csr,
  matmul,
  type Rng,
  relu,
  SparseMatrix,
  type Tensor,
} from "@kith/core-tensors";
import type { ImportanceBlock, ImportanceGraph } from "./importance-graph.ts";
import { pinsageConvolution, pinsageShapes } from "./layers/pinsage-convolution.ts";
import { drawnWeights, namedByLayer, type Weights } from "./layers/weights.ts";
import { NodeInputs } from "./node-inputs.ts";

/** Embeddings of items through convolutions over importance neighbourhoods, and a dense head (PinSage, algorithms 1 and 2). */
export class PinSageEncoder {
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly #graph: ImportanceGraph;
  readonly #inputs: NodeInputs;
  readonly #layers: readonly Weights[];
  readonly #head: Weights;

  /** @param itemFeatures [items, features]; without them an embedding of each item is learned */
  constructor(
    graph: ImportanceGraph,
    itemFeatures: Csr | undefined,
    { dim, layers }: { readonly dim: number; readonly layers: number },
    rng: Rng,
  ) {
    this.#graph = graph;
    const known = { users: 0, items: graph.items, itemFeatures };
    this.#inputs = NodeInputs.drawn(known, dim, rng.fork("inputs"));
    this.#layers = Array.from({ length: layers }, (_, n) =>
      drawnWeights(pinsageShapes(dim), rng.fork("layers").fork(n)),
    );
    const head = { hidden: [dim, dim], hiddenBias: [dim], out: [dim, dim] };
    this.#head = drawnWeights(head, rng.fork("head"));
    this.parameters = {
      ...this.#inputs.parameters,
      ...namedByLayer(this.#layers),
      ...Object.fromEntries(
        Object.entries(this.#head).map(([name, weight]) => [`head.${name}`, weight]),
      ),
    };
  }

  /**
   * Some items, each listed once, as training sees them.
   * @param pairs heads and tails, between which no edge is to be seen, in either direction
   */
  embed(items: Uint32Array, [heads, tails]: readonly [Uint32Array, Uint32Array]): Tensor {
    const hidden = new Set<number>();
    heads.forEach((head, r) => {
      hidden.add(head * this.#graph.items + tails[r]);
      hidden.add(tails[r] * this.#graph.items + head);
    });
    const blocks: ImportanceBlock[] = [];
    let targets = items;
    for (const _ of this.#layers) {
      blocks.unshift(this.#graph.block(targets, hidden));
      targets = blocks[0].sources;
    }
    let h = this.#inputs.of(targets);
    blocks.forEach(({ csr }, n) => {
      const graph = new SparseMatrix(csr, { scoped: true });
      h = pinsageConvolution({ graph }, h, this.#layers[n]);
    });
    return this.#headOf(h);
  }

  /** All items, layer by layer, so that the state of none is computed twice. */
  embedAll(): Tensor {
    const graph = new SparseMatrix(this.#graph.whole(), { scoped: true });
    let h = this.#inputs.all();
    for (const weights of this.#layers) h = pinsageConvolution({ graph }, h, weights);
    return this.#headOf(h);
  }

  #headOf(h: Tensor): Tensor {
    const { hidden, hiddenBias, out } = this.#head;
    return matmul(relu(addBias(matmul(h, hidden), hiddenBias)), out);
  }

  dispose(): void {
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }
}
