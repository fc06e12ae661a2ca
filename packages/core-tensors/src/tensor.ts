import { KithError, ShapeError } from "./errors.ts";
import { heap } from "./heap.ts";
import { allocateInScope, currentScope, type Scope } from "./scope.ts";

/** How a result was made: what from, and what its gradient says about theirs. */
export interface Origin {
  readonly parents: readonly Tensor[];
  /** Given dL/dy, tells each parent's share to `give`. */
  backward(dy: Tensor, give: GradientSink): void;
}

/** Collects what reaches a tensor's gradient. */
export interface GradientSink {
  /** dL/dx gains `gradient`, of x's shape. `fresh` says that nobody else holds it, so that it may be overwritten. */
  dense(parent: Tensor, gradient: Tensor, fresh?: boolean): void;
  /** Row ids[r] of dL/dx gains row r of `gradient`. */
  rows(parent: Tensor, ids: Uint32Array, gradient: Tensor): void;
}

let nextId = 0;

/**
 * A dense float32 array on the heap, row-major, that remembers how it was made when a gradient will be wanted. Made inside a
 * `scope` it lives until the scope ends, elsewhere until `dispose()`; using it later throws.
 */
export class Tensor {
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /** Whether gradients flow to it. */
  readonly requiresGradient: boolean;
  /** Order of creation, along which gradients flow backwards. */
  readonly id: number = nextId++;
  readonly origin: Origin | undefined;
  readonly #at: number;
  readonly #scope: Scope | undefined;
  readonly #owned: boolean;
  /** Whose memory it shares, for a slice. */
  readonly #base: Tensor | undefined;
  #view: Float32Array;
  #disposed = false;

  private constructor(
    shape: readonly number[],
    at: number,
    scope: Scope | undefined,
    owned: boolean,
    requiresGradient: boolean,
    origin?: Origin,
    base?: Tensor,
  ) {
    this.shape = [...shape];
    this.size = sizeOf(shape);
    this.#at = at;
    this.#scope = scope;
    this.#owned = owned;
    this.requiresGradient = requiresGradient;
    this.origin = origin;
    this.#base = base;
    this.#view = heap().float32(at, this.size);
  }

  /**
   * Uninitialised memory of a shape: in the current scope, or lasting outside one.
   * @throws MemoryError when it does not fit
   */
  static empty(shape: readonly number[], origin?: Origin): Tensor {
    checkShape(shape);
    const bytes = sizeOf(shape) * 4;
    const scope = currentScope();
    const at = scope ? allocateInScope(bytes) : heap().allocate(bytes);
    const tracked = origin?.parents.some((parent) => parent.requiresGradient) ?? false;
    return new Tensor(shape, at, scope, !scope, tracked, tracked ? origin : undefined);
  }

  static zeros(shape: readonly number[]): Tensor {
    const tensor = Tensor.empty(shape);
    tensor.data.fill(0);
    return tensor;
  }

  /**
   * A copy of numbers, given flat and row-major.
   * @throws ShapeError when their count is not the shape's
   */
  static from(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
    checkShape(shape);
    if (values.length !== sizeOf(shape))
      throw new ShapeError(
        "Tensor.from",
        `${sizeOf(shape)} values for shape [${shape.join(", ")}]`,
        [values.length],
      );
    const tensor = Tensor.empty(shape);
    tensor.data.set(values);
    return tensor;
  }

  /** Numbers that training changes: lasts until `dispose()` also when made inside a scope, and gradients flow to it. Zero at first. */
  static parameter(shape: readonly number[]): Tensor {
    const tensor = Tensor.lasting(shape, true);
    tensor.data.fill(0);
    return tensor;
  }

  /** @internal Memory that lasts whatever the scope. */
  static lasting(shape: readonly number[], requiresGradient: boolean): Tensor {
    checkShape(shape);
    const at = heap().allocate(sizeOf(shape) * 4);
    return new Tensor(shape, at, undefined, true, requiresGradient);
  }

  /** @internal A tensor over heap memory that somebody else frees. */
  static over(shape: readonly number[], at: number): Tensor {
    return new Tensor(shape, at, undefined, false, false);
  }

  /**
   * The elements, row-major: a view, not a copy, so do not keep it beyond the tensor.
   * @throws KithError when the tensor was disposed of or its scope has ended
   */
  get data(): Float32Array {
    if (this.#disposed)
      throw new KithError("tensor: it was disposed of; copy what you need before dispose()");
    if (this.#scope && !this.#scope.alive)
      throw new KithError(
        "tensor: the scope that it was made in has ended; return tensor.keep() from the scope to use it later",
      );
    if (this.#base) this.#base.data; // throws when that is gone
    if (this.#view.length !== this.size) this.#view = heap().float32(this.#at, this.size); // growth detached it
    return this.#view;
  }

  /** First dimension; 1 for a scalar. */
  get rows(): number {
    return this.shape[0] ?? 1;
  }

  /** Product of the other dimensions: floats in a row. */
  get columns(): number {
    return this.shape.length < 2
      ? 1
      : this.size === 0
        ? sizeOf(this.shape.slice(1))
        : this.size / this.shape[0];
  }

  /**
   * The one number of a scalar.
   * @throws ShapeError for anything else
   */
  item(): number {
    if (this.size !== 1) throw new ShapeError("item", "one element", this.shape);
    return this.data[0];
  }

  /** Rows begin … end as a tensor over the same memory; gradients do not flow through it. */
  slice(begin: number, end: number): Tensor {
    if (
      !(
        Number.isInteger(begin) &&
        Number.isInteger(end) &&
        begin >= 0 &&
        begin <= end &&
        end <= this.rows
      )
    )
      throw new ShapeError("slice", `rows within 0 … ${this.rows}`, [begin, end]);
    const { byteOffset } = this.data;
    return new Tensor(
      [end - begin, ...this.shape.slice(1)],
      byteOffset + begin * this.columns * 4,
      this.#scope,
      false,
      false,
      undefined,
      this,
    );
  }

  /** A copy that lasts until `dispose()`, without history. */
  keep(): Tensor {
    const copy = Tensor.lasting(this.shape, false);
    copy.data.set(this.data);
    return copy;
  }

  /** Ends its use, and frees its memory unless a scope or another tensor owns that. Does nothing the second time. */
  dispose(): void {
    if (this.#owned && !this.#disposed) heap().free(this.#at);
    this.#disposed = true;
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

function checkShape(shape: readonly number[]): void {
  if (!shape.every((n) => Number.isInteger(n) && n >= 0))
    throw new ShapeError("tensor", "dimensions that are whole numbers", shape);
}

/**
 * Ids where kernels can read them: as they are when they lie on the heap, else copied into the current scope. Call it after every other
 * allocation and before taking any tensor's `data`.
 */
export function idsOnHeap(ids: Uint32Array): Uint32Array {
  if (heap().holds(ids)) return ids;
  const copy = heap().uint32(scratch(ids.length * 4), ids.length);
  copy.set(ids);
  return copy;
}

/** Ids to hold on to while memory is allocated, which may detach views of an unshared heap: there they stay off the heap. */
export function idsToKeep(ids: Uint32Array): Uint32Array {
  return heap().shared ? idsOnHeap(ids) : Uint32Array.from(ids);
}

/**
 * Memory of the current scope for other things than tensors.
 * @throws KithError outside a scope, where nothing would free it
 */
export function scratch(bytes: number): number {
  if (!currentScope())
    throw new KithError("this operation needs temporary memory: call it inside scope(() => …)");
  return allocateInScope(bytes);
}

/**
 * Refuses ids that are not rows of a table, before a kernel reads past its end.
 * @throws ShapeError naming the first such id
 */
export function checkIds(operation: string, ids: ArrayLike<number>, rows: number): void {
  for (let i = 0; i < ids.length; i++)
    if (!(ids[i] >= 0 && ids[i] < rows))
      throw new ShapeError(operation, `row numbers below ${rows}`, [ids[i]]);
}
