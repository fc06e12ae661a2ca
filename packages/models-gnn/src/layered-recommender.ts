import { gather, type Rng, Tensor } from "@kith/core-tensors";
import { EmbeddingRecommender, type Embeddings } from "@kith/recommender";
import { DistinctIds } from "@kith/sampling";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import type { Shapes, Weights } from "./layers/weights.ts";
import { newcomerGraph, type Propagation } from "./newcomer-graph.ts";
import { divideByLength } from "./ranking-loss.ts";
import type { RankingSettings } from "./ranking-options.ts";

/** What training hands over for answers. */
export interface Trained {
  /** The weights of each layer, by name. */
  readonly weights: readonly Weights[];
  /** The states of all nodes, undisturbed: what the first layer reads, then what each layer makes. Made in the scope of the caller. */
  states(): Tensor[];
}

/**
 * The graph recommenders whose layers have weights and activations. A newcomer is one more node of the graph, with edges to the items of their history
 * and the mean user's first state, seen by nobody else.
 */
export abstract class LayeredRecommender extends EmbeddingRecommender {
  abstract override readonly options: RankingSettings;
  /** How many layers there are. */
  protected abstract readonly depth: number;
  /** How the edges are weighed. */
  protected abstract readonly propagation: Propagation;
  /** Floats in what `combine` gives. */
  protected abstract readonly width: number;

  /** The shapes of the weights of layer n, from 0. */
  abstract layerShapes(n: number): Shapes;
  /** Layer n: the targets' states from the sources' states x [sources, dim]; in training with noise from `rng`. */
  abstract layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor;
  /** The embedding from a node's states, the first one first. */
  abstract combine(states: readonly Tensor[]): Tensor;

  protected furtherTables(items: number): Shapes {
    const { dim } = this.options;
    const shapes: Record<string, readonly number[]> = {
      "newcomer.own": [1, dim],
      "items.degree": [items],
    };
    for (let n = 0; n < this.depth; n++) {
      shapes[stateName(n)] = [items, dim];
      for (const [name, shape] of Object.entries(this.layerShapes(n)))
        shapes[weightName(n, name)] = shape;
    }
    return shapes;
  }

  protected embedNewcomers(
    histories: readonly Uint32Array[],
    { items, further }: Embeddings,
  ): Tensor {
    const { dim } = this.options;
    const distinct = new DistinctIds(items.rows).of(histories);
    const graph = newcomerGraph(distinct, this.propagation, further["items.degree"].data);
    let states = Tensor.empty([histories.length, dim]);
    for (let r = 0; r < histories.length; r++)
      states.data.set(further["newcomer.own"].data, r * dim);
    const all = [states];
    for (let n = 0; n < this.depth; n++) {
      const x = stacked(states, gather(further[stateName(n)], distinct.ids));
      states = this.layer(n, { graph }, x, this.weightsOf(n, further));
      all.push(states);
    }
    return this.combine(all);
  }

  /** The weights of a layer among the tables that are kept. */
  protected weightsOf(n: number, tables: Readonly<Record<string, Tensor>>): Weights {
    return Object.fromEntries(
      Object.keys(this.layerShapes(n)).map((name) => [name, tables[weightName(n, name)]]),
    );
  }

  /** Makes the tables to answer from. */
  protected answerFrom(trained: Trained, userCount: number, degrees: Float64Array): void {
    this.updateEmbeddings(userCount, degrees.length, this.width, (tables) =>
      this.#fill(trained, tables, degrees),
    );
  }

  #fill(trained: Trained, { users, items, further }: Embeddings, degrees: Float64Array): void {
    const states = trained.states();
    const e = this.combine(states);
    users.data.set(e.slice(0, users.rows).data);
    items.data.set(e.slice(users.rows, e.rows).data);
    const { loss, lengthNormalization } = this.options;
    if (loss === "softmax") divideByLength(items, lengthNormalization);

    further["items.degree"].data.set(degrees);
    this.fillFurther(trained, { users, items, further }, states);
  }

  /** Fills what is kept for newcomers. */
  protected fillFurther(
    { weights }: Trained,
    { users, items, further }: Embeddings,
    states: readonly Tensor[],
  ): void {
    meanRow(further["newcomer.own"], states[0].slice(0, users.rows));
    weights.forEach((ofLayer, n) => {
      further[stateName(n)].data.set(states[n].slice(users.rows, users.rows + items.rows).data);
      for (const [name, weight] of Object.entries(ofLayer))
        further[weightName(n, name)].data.set(weight.data);
    });
  }
}

/** Names in model files and checkpoints. */
const stateName = (n: number) => `items.layer${n}`;
const weightName = (n: number, name: string) => `layers.${n}.${name}`;

/** The rows of both, a's first. */
function stacked(a: Tensor, b: Tensor): Tensor {
  const all = Tensor.empty([a.rows + b.rows, a.columns]);
  all.data.set(a.data);
  all.data.set(b.data, a.size);
  return all;
}

function meanRow(out: Tensor, x: Tensor): void {
  const sums = new Float64Array(x.columns);
  const { data, columns, rows } = x;
  for (let at = 0; at < data.length; at++) sums[at % columns] += data[at];
  out.data.set(sums.map((sum) => sum / rows));
}
