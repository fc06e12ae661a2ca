import { kernels } from "./backend.ts";
import { KithError, ShapeError } from "./errors.ts";
import { type GradientSink, idsOnHeap, idsToKeep, Tensor } from "./tensor.ts";

/** The gradient of a parameter: all of it, or the few rows that are not zero, each listed once, in any order. */
export type Gradient =
  | { readonly kind: "dense"; readonly values: Tensor }
  | { readonly kind: "rows"; readonly ids: Uint32Array; readonly values: Tensor };

/**
 * dL/dp for each parameter, by walking back from a scalar loss. Belongs in the scope that computed the loss. Gradients of embedding
 * tables of which only rows were gathered stay row-sparse.
 * @throws ShapeError when the loss is not one number
 * @throws KithError when the loss depends on no parameter
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): Gradient[] {
  if (loss.size !== 1) throw new ShapeError("gradients", "a loss of one element", loss.shape);
  if (!loss.requiresGradient)
    throw new KithError(
      "gradients: the loss depends on no parameter; compute it from Tensor.parameter(…)",
    );
  const sums = new Map<Tensor, GradientSum>();
  const sumOf = (tensor: Tensor): GradientSum => {
    const sum = sums.get(tensor) ?? new GradientSum(tensor);
    sums.set(tensor, sum);
    return sum;
  };
  const sink: GradientSink = {
    dense(parent, gradient, fresh = false) {
      if (parent.requiresGradient) sumOf(parent).addDense(gradient, fresh);
    },
    rows(parent, ids, gradient) {
      if (parent.requiresGradient) sumOf(parent).addRows(ids, gradient);
    },
  };
  sink.dense(loss, Tensor.from([1], loss.shape), true);
  for (const tensor of newestFirst(loss)) {
    const sum = sums.get(tensor);
    if (sum && tensor.origin) tensor.origin.backward(sum.dense(), sink);
  }
  return parameters.map((parameter) => sumOf(parameter).result());
}

/** All tensors with a history that the loss depends on, in reverse order of creation, which is an order of dependence. */
function newestFirst(loss: Tensor): Tensor[] {
  const seen = new Set<Tensor>([loss]);
  const pending = [loss];
  for (let tensor = pending.pop(); tensor; tensor = pending.pop())
    for (const parent of tensor.origin?.parents ?? [])
      if (parent.origin && !seen.has(parent)) {
        seen.add(parent);
        pending.push(parent);
      }
  return [...seen].sort((a, b) => b.id - a.id);
}

/** Adds up what reaches one tensor. Row contributions are kept aside, and merged at the end. */
class GradientSum {
  readonly #of: Tensor;
  readonly #rows: { ids: Uint32Array; values: Tensor }[] = [];
  #dense: Tensor | undefined;
  #mayOverwrite = false;

  constructor(of: Tensor) {
    this.#of = of;
  }

  addDense(gradient: Tensor, fresh: boolean): void {
    if (!this.#dense) {
      this.#dense = gradient;
      this.#mayOverwrite = fresh;
      return;
    }
    const sum = this.#mayOverwrite ? this.#dense : Tensor.empty(this.#of.shape);
    kernels().combine(sum.data, 1, this.#dense.data, 1, gradient.data);
    this.#dense = sum;
    this.#mayOverwrite = true;
  }

  addRows(ids: Uint32Array, values: Tensor): void {
    this.#rows.push({ ids, values });
  }

  dense(): Tensor {
    if (this.#rows.length === 0 && this.#dense) return this.#dense;
    if (!this.#dense || !this.#mayOverwrite) {
      const own = Tensor.empty(this.#of.shape);
      if (this.#dense) own.data.set(this.#dense.data);
      else own.data.fill(0);
      this.#dense = own;
      this.#mayOverwrite = true;
    }
    for (const { ids, values } of this.#rows) {
      const rows = idsOnHeap(ids);
      kernels().scatterAddRows(this.#dense.data, values.data, rows, this.#of.columns);
    }
    this.#rows.length = 0;
    return this.#dense;
  }

  result(): Gradient {
    if (this.#dense || this.#rows.length === 0) return { kind: "dense", values: this.dense() };
    return mergeRows(this.#rows, this.#of.columns);
  }
}

/** Where the row of an id stands among those merged so far, or 0 for nowhere, else its place + 1. Cleared after each use; grows to the largest id. */
let places = new Uint32Array(0);

/** One row for each distinct id, in order of first appearance, with the sum of what came for it. */
function mergeRows(
  parts: readonly { ids: Uint32Array; values: Tensor }[],
  columns: number,
): Gradient {
  const distinct = new Uint32Array(parts.reduce((count, { ids }) => count + ids.length, 0));
  let count = 0;
  const slots = parts.map(({ ids }) => {
    const own = new Uint32Array(ids.length);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i];
      if (id >= places.length) {
        const larger = new Uint32Array(Math.max(id + 1, 2 * places.length));
        larger.set(places);
        places = larger;
      }
      if (places[id] === 0) {
        distinct[count++] = id;
        places[id] = count;
      }
      own[i] = places[id] - 1;
    }
    return own;
  });
  for (let i = 0; i < count; i++) places[distinct[i]] = 0;
  // The largest part is summed row by row of the result, which needs no zeros to add to; the others are added to that.
  const [largest, ...others] = [...parts.keys()].sort(
    (a, b) => parts[b].ids.length - parts[a].ids.length,
  );
  const groups = grouped(slots[largest], count);
  const values = Tensor.empty([count, columns]);
  const both = idsOnHeap(groups); // as one, since a second allocation could detach the first
  const [ends, rows] = [both.subarray(0, count + 1), both.subarray(count + 1)];
  kernels().segmentSum(values.data, ends, parts[largest].values.data, columns, rows);
  for (const p of others) {
    const into = idsOnHeap(slots[p]);
    kernels().scatterAddRows(values.data, parts[p].values.data, into, columns);
  }
  return { kind: "rows", ids: idsToKeep(distinct.slice(0, count)), values };
}

/** Which entries go into which of `count` slots: count + 1 offsets, then the entries by slot, in order within each. */
function grouped(slots: Uint32Array, count: number): Uint32Array {
  const both = new Uint32Array(count + 1 + slots.length);
  const [offsets, order] = [both.subarray(0, count + 1), both.subarray(count + 1)];
  for (let n = 0; n < slots.length; n++) offsets[slots[n] + 1]++;
  for (let s = 0; s < count; s++) offsets[s + 1] += offsets[s];
  const next = offsets.slice(0, count);
  for (let n = 0; n < slots.length; n++) order[next[slots[n]]++] = n;
  return both;
}
