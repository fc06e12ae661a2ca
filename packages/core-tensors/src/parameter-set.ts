import { Tensor } from "./tensor.ts";

/** The parameters of a network by name. */
export class ParameterSet {
  readonly parameters: Readonly<Record<string, Tensor>>;

  /** Zeros of some shapes. */
  constructor(shapes: Readonly<Record<string, readonly number[]>>) {
    this.parameters = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, Tensor.parameter(shape)]),
    );
  }

  /** Takes over the numbers of tensors of the same names and sizes. */
  copyFrom(others: Readonly<Record<string, { readonly data: ArrayLike<number> }>>): void {
    for (const [name, { data }] of Object.entries(this.parameters)) data.set(others[name].data);
  }

  /** Whether all are finite numbers. */
  isFinite(): boolean {
    return Object.values(this.parameters).every(({ data }) => data.every(Number.isFinite));
  }

  dispose(): void {
    for (const tensor of Object.values(this.parameters)) tensor.dispose();
  }
}
