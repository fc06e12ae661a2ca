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

export interface LightEncoderOptions {
  readonly layers: number;
  /** The first layer that has a part in E: 0, or 1 to leave nodes' own embeddings out. */
  readonly from?: 0 | 1;
  /** Weights of the layers that are learned, as a softmax, instead of equal ones. */
  readonly learnsWeights?: boolean;
}

/** Light graph convolution: E⁽ᵏ⁺¹⁾ = Ã E⁽ᵏ⁾ without weights or activation, and E the mean of the layers, or their sum with weights that are learned. */
export class LightEncoder implements Encoder {
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly #e0: Tensor;
  readonly #adjacency: SparseMatrix;
  readonly #layers: number;
  readonly #from: 0 | 1;
  /** [1, layers counted]: logarithms of the layers' weights. */
  readonly #logits: Tensor | undefined;

  /** Takes e0 and the adjacency over, and disposes of them in the end. */
  constructor(
    e0: Tensor,
    adjacency: SparseMatrix,
    { layers, from = 0, learnsWeights = false }: LightEncoderOptions,
  ) {
    this.#e0 = e0;
    this.#adjacency = adjacency;
    this.#layers = layers;
    this.#from = from;
    this.#logits = learnsWeights ? Tensor.parameter([1, layers + 1 - from]) : undefined;
    this.parameters = { e0, ...(this.#logits && { layerLogits: this.#logits }) };
  }

  embed(nodes: Uint32Array, rng: Rng): Embedded {
    const states = this.statesOf(nodes, rng);
    return { embeddings: this.combined(states.slice(this.#from)), penalised: states[0] };
  }

  /** The states 0 … K of some nodes, each listed once: the last step of propagation is computed for them alone. */
  protected statesOf(nodes: Uint32Array, rng: Rng): Tensor[] {
    const states = [gather(this.#e0, nodes)];
    let e = this.#e0;
    for (let k = 1; k < this.#layers; k++) {
      e = this.disturbed(propagate(this.#adjacency, e), rng.fork(k));
      states.push(gather(e, nodes));
    }
    if (this.#layers > 0)
      states.push(this.disturbed(propagateRows(this.#adjacency, e, nodes), rng.fork(this.#layers)));
    return states;
  }

  /** What training makes of a layer's result. */
  protected disturbed(e: Tensor, _rng: Rng): Tensor {
    return e;
  }

  /** Σ αₖ of the states that are counted. */
  protected combined(states: readonly Tensor[]): Tensor {
    if (this.#logits) return weightedSum(states, softmax(this.#logits));
    return scale(addAll(states), 1 / states.length);
  }

  /** Tables to answer from: E of all nodes, and what an item adds to a newcomer, αₖ e⁽ᵏ⁻¹⁾ / √degree summed over k ≥ 1 (of K = 0 that of K = 1, up to scale). */
  answer({ users, items, shares }: AdditiveEmbeddings, degrees: Float64Array): void {
    const states = [this.#e0];
    for (let k = 1; k <= this.#layers; k++) states.push(propagate(this.#adjacency, states[k - 1]));
    const e = this.combined(states.slice(this.#from));
    users.data.set(e.slice(0, users.rows).data);
    items.data.set(e.slice(users.rows, e.rows).data);

    const lower = states.slice(0, -1);
    if (this.#from === 0) lower.unshift(Tensor.zeros(e.shape)); // a newcomer's own embedding
    const below = this.#layers === 0 ? this.#e0 : this.combined(lower);
    const ofItems = below.slice(users.rows, e.rows).data;
    const { data, columns } = shares;
    for (let i = 0, at = 0; at < data.length; i++)
      for (let j = 0; j < columns; j++, at++) data[at] = ofItems[at] / Math.sqrt(degrees[i] || 1);
  }

  dispose(): void {
    this.#adjacency.dispose();
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }
}
