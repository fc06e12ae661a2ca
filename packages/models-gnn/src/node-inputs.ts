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
  type Tensor,
  xavierUniform,
} from "@kith/core-tensors";
import { drawnWeights, type Shapes } from "./layers/weights.ts";

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
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly #known: Known;

  /** @param parameters of the shapes that `inputShapes` says; they stay the caller's */
  constructor(known: Known, parameters: Readonly<Record<string, Tensor>>) {
    this.#known = known;
    this.parameters = parameters;
  }

  /** With parameters as they are before training. */
  static drawn(known: Known, dim: number, rng: Rng): NodeInputs {
    const { userFeatures, itemFeatures } = known;
    const widths = { users: userFeatures?.columns, items: itemFeatures?.columns };
    const parameters = drawnWeights(inputShapes(known, widths, dim), rng, (name, tensor, own) => {
      if (name.endsWith("projection")) xavierUniform(tensor, own);
      else if (!name.endsWith("bias")) normal(tensor, own, 0.1);
    });
    return new NodeInputs(known, parameters);
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
}

/** The shapes of its parameters, from how many there are of each side and how many numbers its features are, if it has any. */
export function inputShapes(
  count: { readonly users: number; readonly items: number },
  widths: { readonly users: number | undefined; readonly items: number | undefined },
  dim: number,
): Shapes {
  const shapes: Record<string, readonly number[]> = {};
  for (const side of ["users", "items"] as const) {
    const width = widths[side];
    if (count[side] === 0) continue;
    if (width !== undefined) {
      shapes[`${side}.projection`] = [width, dim];
      shapes[`${side}.bias`] = [dim];
    } else if (side === "users") shapes["users.start"] = [1, dim];
    else shapes["items.own"] = [count.items, dim];
  }
  return shapes;
}
