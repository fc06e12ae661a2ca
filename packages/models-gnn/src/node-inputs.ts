import {
  addBias,
  type Csr,
  gather,
  normal,
  propagate,
  type Rng,
  rowsOf,
  SparseMatrix,
  stack,
  Tensor,
  xavierUniform,
} from "@kith/core-tensors";

/** What there is to know of users and items before the graph is looked at. */
export interface Known {
  /** 0 in a graph of items alone. */
  readonly users: number;
  readonly items: number;
  /** [users, features]; without them all users begin alike. */
  readonly userFeatures?: Csr | undefined;
  /** [items, features]; without them an embedding of each item is learned. */
  readonly itemFeatures?: Csr | undefined;
}

/**
 * The numbers that a graph network reads of each node, users first: x W + b of its features; for items without features an embedding of their own;
 * for users without features one vector, the same for all, so that a user is what their items say.
 */
export class NodeInputs {
  readonly dim: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly #known: Known;

  constructor(known: Known, dim: number, rng: Rng) {
    const { users, userFeatures, itemFeatures, items } = known;
    this.dim = dim;
    this.#known = known;
    const drawn = (name: string, shape: readonly number[], std?: number) => {
      const tensor = Tensor.parameter(shape);
      const own = rng.fork(name);
      return std === undefined ? xavierUniform(tensor, own) : normal(tensor, own, std);
    };
    const projection = (side: string, features: Csr) => ({
      [`${side}.projection`]: drawn(side, [features.columns, dim]),
      [`${side}.bias`]: Tensor.parameter([dim]),
    });
    this.parameters = {
      ...(users > 0 &&
        (userFeatures
          ? projection("users", userFeatures)
          : { "users.start": drawn("users", [1, dim], 0.1) })),
      ...(itemFeatures
        ? projection("items", itemFeatures)
        : { "items.own": drawn("items", [items, dim], 0.1) }),
    };
  }

  /** Those of some nodes: [nodes, dim]. */
  of(nodes: Uint32Array): Tensor {
    const { users } = this.#known;
    if (users === 0) return this.#items(nodes);
    const [ofUsers, ofItems] = [
      nodes.filter((node) => node < users),
      nodes.filter((node) => node >= users).map((node) => node - users),
    ];
    // Users stand before items here, and then each where it was asked for.
    let [user, item] = [0, ofUsers.length];
    const order = nodes.map((node) => (node < users ? user++ : item++));
    return gather(stack([this.#users(ofUsers), this.#items(ofItems)]), order);
  }

  /** Those of all nodes. */
  all(): Tensor {
    const { users, items } = this.#known;
    const range = (count: number) => Uint32Array.from({ length: count }, (_, n) => n);
    if (users === 0) return this.#items(range(items));
    return stack([this.#users(range(users)), this.#items(range(items))]);
  }

  #users(ids: Uint32Array): Tensor {
    const { userFeatures } = this.#known;
    if (userFeatures) return this.#projected("users", userFeatures, ids);
    return gather(this.parameters["users.start"], new Uint32Array(ids.length));
  }

  #items(ids: Uint32Array): Tensor {
    const { itemFeatures } = this.#known;
    if (itemFeatures) return this.#projected("items", itemFeatures, ids);
    return gather(this.parameters["items.own"], ids);
  }

  #projected(side: string, features: Csr, ids: Uint32Array): Tensor {
    const rows = new SparseMatrix(rowsOf(features, ids), { scoped: true });
    const weight = this.parameters[`${side}.projection`];
    return addBias(propagate(rows, weight), this.parameters[`${side}.bias`]);
  }

  dispose(): void {
    for (const parameter of Object.values(this.parameters)) parameter.dispose();
  }
}
