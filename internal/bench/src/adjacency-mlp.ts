import {
  Adam,
  addBias,
  dropout,
  gather,
  matmul,
  propagate,
  type Rng,
  relu,
  type SparseMatrix,
  scope,
  softmaxCrossEntropy,
  Tensor,
  xavierUniform,
} from "@kith/core-tensors";

/** What is learned from: a row of numbers for each node, and the classes of some. */
export interface Nodes {
  /** [nodes, numbers] */
  readonly x: Tensor;
  /** With it, each layer averages over neighbours: a graph convolutional network. Without, rows stay to themselves: a multilayer perceptron. */
  readonly graph?: SparseMatrix | undefined;
}

/** A perceptron with one hidden layer; over a graph the same weights are a graph convolutional network. */
export class TwoLayers {
  readonly weights: readonly [w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor];
  readonly #adam: Adam;

  constructor(inputs: number, hidden: number, classes: number, rng: Rng) {
    this.weights = [
      xavierUniform(Tensor.parameter([inputs, hidden]), rng.fork("first")),
      Tensor.parameter([hidden]),
      xavierUniform(Tensor.parameter([hidden, classes]), rng.fork("second")),
      Tensor.parameter([classes]),
    ];
    this.#adam = new Adam([...this.weights], { learningRate: 0.01 });
  }

  /** Numbers that are learned. */
  get parameters(): number {
    return this.weights.reduce((sum, weight) => sum + weight.size, 0);
  }

  logits({ x, graph }: Nodes, noise?: Rng): Tensor {
    const [w1, b1, w2, b2] = this.weights;
    const over = (h: Tensor) => (graph ? propagate(graph, h) : h);
    const dropped = (h: Tensor, layer: string) => (noise ? dropout(h, 0.5, noise.fork(layer)) : h);
    const h = relu(addBias(over(matmul(dropped(x, "first"), w1)), b1));
    return addBias(over(matmul(dropped(h, "second"), w2)), b2);
  }

  /** One step of Adam over all nodes whose class is known. */
  step(nodes: Nodes, train: Uint32Array, classes: Uint32Array, noise: Rng): number {
    return this.#adam.minimize(() =>
      softmaxCrossEntropy(gather(this.logits(nodes, noise), train), classes),
    );
  }

  /** The share of some nodes whose class is found. */
  accuracy(nodes: Nodes, asked: Uint32Array, labels: Uint32Array): number {
    return scope(() => {
      const found = this.logits(nodes);
      const { data, columns } = found;
      const right = asked.filter((node) => {
        const row = data.subarray(node * columns, (node + 1) * columns);
        return row.indexOf(Math.max(...row)) === labels[node];
      });
      return right.length / asked.length;
    });
  }

  dispose(): void {
    for (const owner of [...this.weights, this.#adam]) owner.dispose();
  }
}
