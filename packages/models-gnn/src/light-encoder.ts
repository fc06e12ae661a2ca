import {
  addAll,
  gather,
  propagate,
  propagateRows,
  type Rng,
  type SparseMatrix,
  scale,
  softmax,
  Tensor,
  weightedSum,
} from "@kith/core-tensors";
import type { AdditiveEmbeddings } from "@kith/recommender";
import type { Embedded } from "./ranking-loss.ts";
import type { Encoder } from "./train-ranking.ts";

/** Light graph convolution: E⁽ᵏ⁺¹⁾ = Ã E⁽ᵏ⁾ without weights or activation, and E the mean of the layers, or their sum with weights that are learned. */
export class LightEncoder implements Encoder {
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly #e0: Tensor;
  readonly #adjacency: SparseMatrix;
  readonly #layers: number;
  /** [1, layers + 1]: logarithms of the layers' weights. */
  readonly #logits: Tensor | undefined;

  /** Takes e0 and the adjacency over, and disposes of them in the end. */
  constructor(e0: Tensor, adjacency: SparseMatrix, layers: number, learnsWeights = false) {
    this.#e0 = e0;
    this.#adjacency = adjacency;
    this.#layers = layers;
    this.#logits = learnsWeights ? Tensor.parameter([1, layers + 1]) : undefined;
    this.parameters = { e0, ...(this.#logits && { layerLogits: this.#logits }) };
  }

  embed(nodes: Uint32Array, _rng: Rng): Embedded {
    const parts = [gather(this.#e0, nodes)];
    let e = this.#e0;
    for (let k = 1; k < this.#layers; k++) {
      e = propagate(this.#adjacency, e);
      parts.push(gather(e, nodes));
    }
    if (this.#layers > 0) parts.push(propagateRows(this.#adjacency, e, nodes)); // the last layer for them alone
    return { embeddings: this.#combined(parts), penalised: parts[0] };
  }

  /** Tables to answer from: E of all nodes, and what an item adds to a newcomer, αₖ e⁽ᵏ⁻¹⁾ / √degree summed over k ≥ 1 (of K = 0 that of K = 1, up to scale). */
  answer({ users, items, shares }: AdditiveEmbeddings): void {
    const layers = [this.#e0];
    for (let k = 1; k <= this.#layers; k++) layers.push(propagate(this.#adjacency, layers[k - 1]));
    const e = this.#combined(layers);
    users.data.set(e.slice(0, users.rows).data);
    items.data.set(e.slice(users.rows, e.rows).data);

    const below =
      this.#layers === 0 ? this.#e0 : this.#combined([zeros(e), ...layers.slice(0, -1)]);
    const ofItems = below.slice(users.rows, e.rows).data;
    const { offsets } = this.#adjacency;
    const { data, columns } = shares;
    for (let i = 0, at = 0; at < data.length; i++) {
      const degree = Math.max(1, offsets[users.rows + i + 1] - offsets[users.rows + i]);
      for (let j = 0; j < columns; j++, at++) data[at] = ofItems[at] / Math.sqrt(degree);
    }
  }

  /** Σ αₖ of the layers 0 … K. */
  #combined(parts: readonly Tensor[]): Tensor {
    if (this.#logits) return weightedSum(parts, softmax(this.#logits));
    return scale(addAll(parts), 1 / parts.length);
  }

  dispose(): void {
    this.#adjacency.dispose();
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }
}

function zeros(like: Tensor): Tensor {
  return Tensor.zeros(like.shape);
}
