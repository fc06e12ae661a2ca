import { addBias, matmul, type Tensor, tanh } from "@kith/core-tensors";

/** The shapes of dense layers between so many numbers, as parameters are called. */
export function layerShapes(
  prefix: string,
  widths: readonly number[],
): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    widths.slice(1).flatMap((width, n) => [
      [`${prefix}.${n}.weight`, [widths[n], width]],
      [`${prefix}.${n}.bias`, [width]],
    ]),
  );
}

/** x · W + b of one layer. */
export function dense(
  parameters: Readonly<Record<string, Tensor>>,
  layer: string,
  x: Tensor,
): Tensor {
  return addBias(matmul(x, parameters[`${layer}.weight`]), parameters[`${layer}.bias`]);
}

/** Layers from…to, each with tanh. */
export function tanhLayers(
  parameters: Readonly<Record<string, Tensor>>,
  prefix: string,
  count: number,
  x: Tensor,
): Tensor {
  let h = x;
  for (let n = 0; n < count; n++) h = tanh(dense(parameters, `${prefix}.${n}`, h));
  return h;
}
