import {
  addBias,
  concat,
  dropout,
  edgeSums,
  gather,
  gruCell,
  matmul,
  normal,
  ParameterSet,
  propagateWeighted,
  type Rng,
  SparseMatrix,
  segmentSoftmax,
  sigmoid,
  stack,
  Tensor,
} from "@kith/core-tensors";
import type { NarmOptions } from "./narm-options.ts";
import { orthogonal } from "./orthogonal.ts";
import type { Packed } from "./packed.ts";

type Chosen = Pick<Required<NarmOptions>, "dim" | "units" | "attention">;

/** Dropout, in training alone. */
export interface NarmNoise {
  readonly embedding: number;
  readonly context: number;
  readonly rng: Rng;
}

/** NARM's encoder, attention and decoder. */
export class NarmNetwork extends ParameterSet {
  readonly #options: Chosen;

  /** Zero parameters. */
  constructor(options: Chosen, items: number) {
    super(NarmNetwork.shapes(options, items));
    this.#options = options;
  }

  /** The shapes of the parameters by name. */
  static shapes(
    { dim, units }: Chosen,
    items: number,
  ): Readonly<Record<string, readonly number[]>> {
    return {
      "items.embedding": [items, dim],
      "encoder.item": [dim, 3 * units],
      "encoder.bias": [3 * units],
      "encoder.gates": [units, 2 * units],
      "encoder.candidate": [units, units],
      "attention.last": [units, units],
      "attention.each": [units, units],
      "attention.vector": [units, 1],
      decoder: [2 * units, dim],
    };
  }

  /** [items, dim] */
  get items(): Tensor {
    return this.parameters["items.embedding"];
  }

  /** N(0, 2 / rows), the state's matrices orthogonal, biases 0, as the authors have it. */
  initialize(rng: Rng): void {
    const { units } = this.#options;
    for (const [name, tensor] of Object.entries(this.parameters)) {
      const own = rng.fork(name);
      if (name === "encoder.gates") {
        const both = ["reset", "update"].map((gate) => orthogonal(units, own.fork(gate)));
        for (let i = 0; i < units; i++)
          both.forEach((matrix, gate) => {
            tensor.data.set(matrix.subarray(i * units, (i + 1) * units), (2 * i + gate) * units);
          });
      } else if (name === "encoder.candidate") tensor.data.set(orthogonal(units, own));
      else if (name !== "encoder.bias") {
        // The vector and the decoder are stored transposed to the authors'.
        const fanIn = { "attention.vector": 1, decoder: tensor.columns }[name] ?? tensor.rows;
        normal(tensor, own, Math.sqrt(2 / fanIn));
      }
    }
  }

  /**
   * What the sessions are about, to be multiplied with the items' embeddings.
   * @returns for the sessions in the order of `packed` their representations [sessions, dim], and the weight of each click [clicks], those of a session in order
   */
  encode(packed: Packed, noise?: NarmNoise): { queries: Tensor; weights: Tensor } {
    const { active, items, offsets, places } = packed;
    const p = this.parameters;
    const drop = (x: Tensor, rate: number, purpose: string): Tensor =>
      noise ? dropout(x, rate, noise.rng.fork(purpose)) : x;
    const embedded = drop(gather(this.items, items), noise?.embedding ?? 0, "embedding");
    const x = addBias(matmul(embedded, p["encoder.item"]), p["encoder.bias"]);
    let state = Tensor.zeros([active[0], this.#options.units]);
    const states: Tensor[] = [];
    let begin = 0;
    for (const sessions of active) {
      const before = sessions === state.rows ? state : gather(state, range(0, sessions));
      const read = gather(x, range(begin, begin + sessions));
      state = gruCell(read, before, p["encoder.gates"], p["encoder.candidate"]);
      states.push(state);
      begin += sessions;
    }
    const all = stack(states);
    const last = gather(
      all,
      offsets.subarray(1).map((end) => places[end - 1]),
    );
    const clicks = new SparseMatrix(
      {
        rows: offsets.length - 1,
        columns: places.length,
        offsets,
        indices: places,
        values: new Float32Array(places.length),
      },
      { scoped: true },
    );
    const compared = edgeSums(
      clicks,
      matmul(last, p["attention.last"]),
      matmul(all, p["attention.each"]),
    );
    const raw = matmul(sigmoid(compared), p["attention.vector"]);
    const weights = this.#options.attention === "softmax" ? segmentSoftmax(clicks, raw) : raw;
    const local = propagateWeighted(clicks, weights, all);
    const context = drop(concat([local, last]), noise?.context ?? 0, "context");
    return { queries: matmul(context, p.decoder), weights };
  }
}

function range(begin: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - begin }, (_, n) => begin + n);
}
