import { Adam, type Gradient, Optimizer, type Tensor } from "@kith/core-tensors";

/** Steps that each of two sides takes in a turn. */
export interface Turns {
  readonly first: number;
  readonly second: number;
}

/** Adam for two sets of parameters that take turns: each with moments and a count of steps of its own. */
export class AlternatingAdam extends Optimizer {
  readonly #sides: readonly [Adam, Adam];
  readonly #turns: Turns;

  constructor(
    first: readonly Tensor[],
    second: readonly Tensor[],
    turns: Turns,
    options: { readonly learningRate: number },
  ) {
    super([...first, ...second]);
    this.#sides = [new Adam(first, options), new Adam(second, options)];
    this.#turns = turns;
  }

  /** The side whose turn it is, by the steps taken so far. */
  get side(): "first" | "second" {
    return this.#within < this.#turns.first ? "first" : "second";
  }

  /** A step of the side whose turn it is; gradients of the other are not computed. */
  override minimize(loss: () => Tensor): number {
    return this.#sides[this.side === "first" ? 0 : 1].minimize(loss);
  }

  /** A step of the side whose turn it is; the other's gradients are left aside. */
  apply(gradients: readonly Gradient[]): void {
    const [first, second] = this.#sides;
    const { length } = first.parameters;
    if (this.side === "first") first.apply(gradients.slice(0, length));
    else second.apply(gradients.slice(length));
  }

  state(): Record<string, Tensor> {
    return Object.fromEntries(
      this.#sides.flatMap((side, n) =>
        Object.entries(side.state()).map(([name, tensor]) => [`${n}.${name}`, tensor]),
      ),
    );
  }

  get steps(): number {
    return this.#sides[0].steps + this.#sides[1].steps;
  }

  set steps(steps: number) {
    const { first, second } = this.#turns;
    const whole = Math.floor(steps / (first + second));
    const rest = steps % (first + second);
    this.#sides[0].steps = whole * first + Math.min(rest, first);
    this.#sides[1].steps = whole * second + Math.max(0, rest - first);
  }

  get #within(): number {
    return this.steps % (this.#turns.first + this.#turns.second);
  }
}
