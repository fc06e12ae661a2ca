import {
  add,
  addBias,
  dropout,
  gather,
  matmul,
  ParameterSet,
  propagate,
  type Rng,
  type SparseMatrix,
  type Tensor,
  uniform,
} from "@kith/core-tensors";
import { type Cell, cellOf } from "./cells.ts";
import type { Gru4RecOptions } from "./gru4rec-options.ts";

/** What is read at a click. */
export interface Input {
  /** Items. Shape [rows]. */
  readonly items: Uint32Array;
  /** [sessions, rows]: how much each row weighs for a session; none: row s is session s's. */
  readonly mix?: SparseMatrix | undefined;
}

/** Dropout, in training alone. */
export interface Noise {
  readonly embedding: number;
  readonly hidden: number;
  readonly rng: Rng;
}

type Chosen = Pick<
  Required<Gru4RecOptions>,
  "layers" | "cell" | "reset" | "embedding" | "embeddingDim" | "deepInput"
>;

/** A parameter: its shape, and how many matrices stand side by side in it, each drawn for itself. */
interface Shape {
  readonly shape: readonly [rows: number, columns: number] | readonly [columns: number];
  readonly blocks: number;
}

/** The recurrent layers of GRU4Rec, and the items' vectors at both ends of them. */
export class Network extends ParameterSet {
  readonly #options: Chosen;
  readonly #cell: Cell;

  /** Zero parameters. */
  constructor(options: Chosen, items: number) {
    super(Network.shapes(options, items));
    this.#options = options;
    this.#cell = cellOf(options);
  }

  /** The shapes of the parameters by name. */
  static shapes(options: Chosen, items: number): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(
      Object.entries(shapesOf(options, items)).map(([name, { shape }]) => [name, shape]),
    );
  }

  /** The units of each state of each layer, in the order of `step`. */
  get widths(): readonly number[] {
    return this.#options.layers.flatMap((units) =>
      new Array<number>(this.#cell.states).fill(units),
    );
  }

  /** Which of them is the output of the last layer. */
  get outputState(): number {
    return (this.#options.layers.length - 1) * this.#cell.states;
  }

  /** [items, units of the last layer] */
  get outputs(): Tensor {
    return this.parameters["items.output"];
  }

  /** [items, 1] */
  get biases(): Tensor {
    return this.parameters["items.bias"];
  }

  /** Each gate's matrix U(±√(6 / (in + out))), biases 0. */
  initialize(items: number, rng: Rng): void {
    for (const [name, { shape, blocks }] of Object.entries(shapesOf(this.#options, items))) {
      if (shape.length === 1 || name === "items.bias") continue; // 0
      const [rows, columns] = shape;
      const bound = Math.sqrt(6 / (rows + columns / blocks));
      uniform(this.parameters[name], rng.fork(name), -bound, bound);
    }
  }

  /**
   * One click in each of some sessions.
   * @param states of each layer, [sessions, units] each, as `widths` lists them
   * @returns the new states, and the output of the last layer
   */
  step(
    input: Input,
    states: readonly Tensor[],
    noise?: Noise,
  ): { readonly states: readonly Tensor[]; readonly output: Tensor } {
    const { layers, embedding } = this.#options;
    const cell = this.#cell;
    const p = this.parameters;
    const drop = (x: Tensor, rate: number, purpose: string): Tensor =>
      noise ? dropout(x, rate, noise.rng.fork(purpose)) : x;
    const read = (table: Tensor): Tensor =>
      drop(embed(table, input), noise?.embedding ?? 0, "embedding");
    const item =
      embedding === "one-hot"
        ? undefined
        : read(embedding === "constrained" ? this.outputs : p["items.input"]);
    /** What a layer reads of the item: its row of the weights, or the product of them and its embedding. */
    const ofItem = (weights: Tensor): Tensor => (item ? matmul(item, weights) : read(weights));
    const next: Tensor[] = [];
    let output: Tensor | undefined;
    layers.forEach((_, l) => {
      const own = (name: string): Tensor | undefined => p[`layer${l}.${name}`];
      const parts = [
        ...(output ? [matmul(output, own("below") as Tensor)] : []),
        ...(own("item") ? [ofItem(own("item") as Tensor)] : []),
      ];
      const x = addBias(
        parts.length === 2 ? add(parts[0], parts[1]) : parts[0],
        p[`layer${l}.bias`],
      );
      const weights = Object.fromEntries(
        [...Object.keys(cell.weights), ...Object.keys(cell.biases)].map((name) => [
          name,
          p[`layer${l}.${name}`],
        ]),
      );
      const before = states.slice(l * cell.states, (l + 1) * cell.states);
      const [h, ...others] = cell.step(x, before, weights);
      output = drop(h, noise?.hidden ?? 0, `layer ${l}`);
      next.push(output, ...others);
    });
    return { states: next, output: output as Tensor };
  }
}

function embed(table: Tensor, { items, mix }: Input): Tensor {
  const rows = gather(table, items);
  return mix ? propagate(mix, rows) : rows;
}

function shapesOf(options: Chosen, items: number): Readonly<Record<string, Shape>> {
  const { layers, embedding, embeddingDim, deepInput } = options;
  const cell = cellOf(options);
  const last = layers[layers.length - 1];
  const read = { "one-hot": items, constrained: last, separate: embeddingDim }[embedding];
  return {
    "items.output": { shape: [items, last], blocks: 1 },
    "items.bias": { shape: [items, 1], blocks: 1 },
    ...(embedding === "separate" && {
      "items.input": { shape: [items, embeddingDim], blocks: 1 },
    }),
    ...Object.assign(
      {},
      ...layers.map((units, l): Record<string, Shape> => {
        const { gates } = cell;
        const input = (rows: number): Shape => ({ shape: [rows, gates * units], blocks: gates });
        return {
          ...((l === 0 || deepInput) && { [`layer${l}.item`]: input(read) }),
          ...(l > 0 && { [`layer${l}.below`]: input(layers[l - 1]) }),
          [`layer${l}.bias`]: { shape: [gates * units], blocks: 1 },
          ...Object.fromEntries(
            Object.entries(cell.weights).map(([weight, blocks]): [string, Shape] => [
              `layer${l}.${weight}`,
              { shape: [units, blocks * units], blocks },
            ]),
          ),
          ...Object.fromEntries(
            Object.entries(cell.biases).map(([bias, blocks]): [string, Shape] => [
              `layer${l}.${bias}`,
              { shape: [blocks * units], blocks },
            ]),
          ),
        };
      }),
    ),
  };
}
