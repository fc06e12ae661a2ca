import { OptionError } from "@kith/core-tensors";

/** @throws OptionError where a step of gradient descent would shrink rows by more than they are */
export function checkDecay(
  owner: string,
  {
    learningRate,
    regularization,
  }: { readonly learningRate: number; readonly regularization: number },
): void {
  if (learningRate * regularization >= 1)
    throw new OptionError(
      owner,
      "regularization",
      `must be below 1 / learningRate, or a step would turn vectors round; got ${regularization} at ${learningRate}`,
    );
}
