import { type Csr, gather, type Rng, SparseMatrix, scope, Tensor } from "@kith/core-tensors";
import { normalize, withSelfLoops } from "@kith/graph";
import { type NeighbourBlock, NeighbourSampler } from "@kith/sampling";
import type { Trained } from "./layered-recommender.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import { namedByLayer, type Shapes, type Weights } from "./layers/weights.ts";
import type { NodeInputs } from "./node-inputs.ts";
import type { Embedded } from "./ranking-loss.ts";
import type { Encoder } from "./train-ranking.ts";

/** Targets whose states are computed at a time, in inference. */
const TARGETS = 1 << 14;

/** What a model says of layers that read drawn neighbours. */
export interface Sampled {
  readonly selfLoops: boolean;
  /** Neighbours that are drawn of a node, nearest layer first. */
  readonly fanOut: readonly number[];
  /** Whether inference, too, draws, because a layer reads neighbours in order. */
  readonly drawsAlways: boolean;
  layerShapes(n: number): Shapes;
  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor;
  combine(states: readonly Tensor[]): Tensor;
}

/** Embeddings of nodes from what is known of them and of neighbours that are drawn anew in each step. Memory of a step does not grow with the graph. */
export class SampledEncoder implements Encoder, Trained {
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly weights: readonly Weights[];
  readonly #model: Sampled;
  readonly #inputs: NodeInputs;
  readonly #graph: SparseMatrix;
  readonly #whole: SparseMatrix;
  readonly #drawn: Rng;
  readonly #sampler: NeighbourSampler;

  /**
   * Takes the parameters over and disposes of them in the end.
   * @param edges the graph without loops
   * @param rng of what inference draws
   */
  constructor(
    model: Sampled,
    inputs: NodeInputs,
    weights: readonly Weights[],
    edges: Csr,
    rng: Rng,
  ) {
    this.#model = model;
    this.#inputs = inputs;
    this.#drawn = rng;
    const graph = new SparseMatrix(normalize(edges, "row"));
    this.#graph = graph;
    this.#whole = model.selfLoops
      ? new SparseMatrix(normalize(withSelfLoops(edges), "row"))
      : graph;
    this.#sampler = new NeighbourSampler(graph, { selfLoops: model.selfLoops });
    this.weights = weights;
    this.parameters = {
      ...inputs.parameters,
      ...namedByLayer(weights),
    };
  }

  embed(nodes: Uint32Array, rng: Rng): Embedded {
    const { fanOut } = this.#model;
    // From the targets outwards, then through the layers back to them.
    const blocks: NeighbourBlock[] = [];
    let targets = nodes;
    for (let hop = 0; hop < fanOut.length; hop++) {
      blocks.unshift(this.#sampler.block(targets, fanOut[hop], rng.fork("hop").fork(hop)));
      targets = blocks[0].sources;
    }
    let x = this.#inputs.of(targets);
    blocks.forEach(({ csr, draws }, n) => {
      const graph = new SparseMatrix(csr, { scoped: true });
      const at = { graph, draws: { places: draws, fanOut: draws.length / csr.rows } };
      x = this.#model.layer(n, at, x, this.weights[n], rng.fork("layer").fork(n));
    });
    const embeddings = this.#model.combine([x]);
    return { embeddings, penalised: embeddings };
  }

  /** Layer by layer, so that no state is computed twice, and by parts of the targets, so that little else is in memory. */
  states(): Tensor[] {
    const states = [this.#inputs.all()];
    this.weights.forEach((weights, n) => {
      const x = states[n];
      const out = Tensor.empty(x.shape);
      for (let begin = 0; begin < x.rows; begin += TARGETS)
        scope(() => {
          const size = Math.min(TARGETS, x.rows - begin);
          const rows = Uint32Array.from({ length: size }, (_, r) => begin + r);
          const part = this.#model.drawsAlways
            ? this.#drawnPart(n, rows, x, weights, this.#drawn.fork(n).fork(begin))
            : this.#model.layer(n, { graph: this.#whole, rows }, x, weights);
          out.data.set(part.data, begin * x.columns);
        });
      states.push(out);
    });
    return states;
  }

  #drawnPart(n: number, rows: Uint32Array, x: Tensor, weights: Weights, rng: Rng): Tensor {
    const { fanOut } = this.#model;
    const count = fanOut[fanOut.length - 1 - n];
    const { csr, sources, draws } = this.#sampler.block(rows, count, rng);
    const graph = new SparseMatrix(csr, { scoped: true });
    const at = { graph, draws: { places: draws, fanOut: count } };
    return this.#model.layer(n, at, gather(x, sources), weights);
  }

  dispose(): void {
    this.#graph.dispose();
    this.#whole.dispose(); // does nothing where it is the same
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }
}
