import {
  add,
  type Csr,
  dropout,
  gather,
  propagate,
  type Rng,
  SparseMatrix,
  Tensor,
  xavierUniform,
} from "@kith/core-tensors";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import { drawnWeights, namedByLayer, type Shapes, type Weights } from "./layers/weights.ts";
import type { Embedded } from "./ranking-loss.ts";
import type { Encoder } from "./train-ranking.ts";

/** What a model says of its layers. */
export interface Layered {
  layerShapes(n: number): Shapes;
  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor;
  combine(states: readonly Tensor[]): Tensor;
  initialize(name: string, weight: Tensor, rng: Rng): void;
  readonly penalises: "own" | "combined";
  readonly edgeDropout: number;
}

/** Embeddings of the nodes of a graph through layers with weights, in training. */
export class LayeredEncoder implements Encoder {
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Of each layer, by name. */
  readonly weights: readonly Weights[];
  readonly #model: Layered;
  readonly #e0: Tensor;
  readonly #graph: SparseMatrix;
  readonly #features: { readonly of: SparseMatrix; readonly weight: Tensor } | undefined;

  /**
   * Takes e0 and the graph over, and disposes of them in the end.
   * @param features [nodes, features]: what the first layer reads is e0, and what these say
   */
  constructor(
    model: Layered,
    e0: Tensor,
    graph: SparseMatrix,
    layers: number,
    rng: Rng,
    features?: Csr,
  ) {
    this.#model = model;
    this.#e0 = e0;
    this.#graph = graph;
    this.#features = features && {
      of: new SparseMatrix(features),
      weight: xavierUniform(Tensor.parameter([features.columns, e0.columns]), rng.fork("features")),
    };
    this.weights = Array.from({ length: layers }, (_, n) =>
      drawnWeights(model.layerShapes(n), rng.fork(n), (...weight) => model.initialize(...weight)),
    );
    this.parameters = {
      e0,
      ...(this.#features && { featureWeights: this.#features.weight }),
      ...namedByLayer(this.weights),
    };
  }

  embed(nodes: Uint32Array, rng: Rng): Embedded {
    const graph = this.#thinned(rng);
    let x = this.#first();
    const states = [gather(x, nodes)];
    const last = this.weights.length - 1;
    this.weights.forEach((weights, n) => {
      const rows = n === last ? nodes : undefined; // the last layer for them alone
      x = this.#model.layer(n, { graph, rows }, x, weights, rng.fork(n));
      states.push(rows ? x : gather(x, nodes));
    });
    const embeddings = this.#model.combine(states);
    return {
      embeddings,
      penalised: this.#model.penalises === "own" ? gather(this.#e0, nodes) : embeddings,
    };
  }

  /** The states of all nodes, undisturbed: their own embeddings, then what each layer makes. */
  states(): Tensor[] {
    const states = [this.#first()];
    this.weights.forEach((weights, n) => {
      states.push(this.#model.layer(n, { graph: this.#graph }, states[n], weights));
    });
    return states;
  }

  /** What the first layer reads. */
  #first(): Tensor {
    if (!this.#features) return this.#e0;
    return add(this.#e0, propagate(this.#features.of, this.#features.weight));
  }

  dispose(): void {
    this.#features?.of.dispose();
    this.#graph.dispose();
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }

  /** The graph of one step, some of whose edges are left out and the others strengthened. */
  #thinned(rng: Rng): SparseMatrix {
    const { edgeDropout } = this.#model;
    if (edgeDropout === 0) return this.#graph;
    const { rows, columns, offsets, indices, values } = this.#graph;
    const kept = dropout(Tensor.from(values), edgeDropout, rng.fork("edges"));
    return new SparseMatrix(
      { rows, columns, offsets, indices, values: kept.data },
      { scoped: true },
    );
  }
}
