import { addAll, concat, oneOf, type Rule, scale, type Tensor } from "@kith/core-tensors";

/** What a node's embedding is made of: the last layer's state, the mean of all states, its own embedding among them, or all of them side by side. */
export type Readout = "last" | "mean" | "concat";

export const readoutRule: Rule<Readout> = oneOf(["last", "mean", "concat"], "mean");

/** One embedding from a node's states. */
export function readOut(states: readonly Tensor[], how: Readout): Tensor {
  if (how === "last") return states[states.length - 1];
  if (how === "concat") return concat(states);
  return scale(addAll(states), 1 / states.length);
}

/** Floats in what `readOut` makes of `layers` + 1 states. */
export function readoutWidth(dim: number, layers: number, how: Readout): number {
  return how === "concat" ? dim * (layers + 1) : dim;
}
