import {
  between,
  OptionError,
  oneOf,
  positiveInteger,
  type Rules,
  resolveOptions,
  type Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions, Vocabulary } from "@kith/data";
import type { GMF } from "./gmf.ts";
import type { MLP } from "./mlp.ts";
import type { NcfAnswers } from "./ncf/ncf-answers.ts";
import { layersRule, type NcfOptions, ncfRules } from "./ncf/ncf-options.ts";
import type { NcfParts } from "./ncf/ncf-parts.ts";
import { type NcfDesign, NcfRecommender } from "./ncf/ncf-recommender.ts";
import type { NcfTrainingOptions } from "./ncf/ncf-training.ts";

export interface NeuMFOptions extends NcfOptions {
  /** Length of each embedding of the GMF part. Default 8. */
  dim?: number;
  /** Widths of the layers of the MLP part, which has embeddings of its own, half as long as the first. Default [64, 32, 16, 8]. */
  layers?: number[];
  /** Epochs before the others, in which both parts are learned by themselves, with Adam at the same rate; then they are fused. Default 0. */
  pretrainEpochs?: number;
  /** The GMF part's share of the fused output; the MLP part has 1 − α. Default 0.5. */
  alpha?: number;
  /** How both parts are learned together. The paper takes "sgd" after pre-training, the authors' program "adam". Default "adam". */
  optimizer?: "adam" | "sgd";
}

/**
 * Neural matrix factorisation (He et al., WWW 2017, https://arxiv.org/abs/1708.05031, equation 12): GMF and MLP, each with embeddings of its own, under one output.
 *
 *   ŷ(u, i) = σ(h · [pᵤᴳ ⊙ qᵢᴳ; z_L(pᵤᴹ, qᵢᴹ)] + b)
 *
 * Parts that were learned before are fused by h = [α hᴳ; (1 − α) hᴹ] and b = α bᴳ + (1 − α) bᴹ (equation 13), and learned on together. Scores are logits;
 * `similarItems` compares both parts' item embeddings side by side.
 */
export class NeuMF extends NcfRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<NeuMFOptions> = {
    dim: positiveInteger(8, 4096),
    layers: layersRule,
    ...ncfRules,
    pretrainEpochs: wholeNumber(0),
    alpha: between(0.5, 0, 1),
    optimizer: oneOf(["adam", "sgd"], "adam"),
  };
  readonly name = "NeuMF";
  readonly options: Readonly<Required<NeuMFOptions>>;
  #pretrained: { readonly gmf: GMF; readonly mlp: MLP } | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: NeuMFOptions = {}) {
    super();
    this.options = resolveOptions("NeuMF", options, NeuMF.rules);
  }

  /**
   * A model whose training begins with two fitted ones, which must not be disposed of before it. Their users and items are found by their ids; those that only the
   * data have begin with drawn numbers.
   * @throws OptionError for an unknown or ill-formed option, or one that the fitted models decide
   * @throws NotFittedError where one is not fitted
   */
  static fromPretrained(
    gmf: GMF,
    mlp: MLP,
    options: Omit<NeuMFOptions, "dim" | "layers" | "pretrainEpochs"> = {},
  ): NeuMF {
    for (const name of ["dim", "layers", "pretrainEpochs"])
      if (Object.hasOwn(options, name))
        throw new OptionError("NeuMF.fromPretrained", name, "is what the fitted models say");
    for (const fitted of [gmf, mlp]) fitted.network;
    const { dim } = gmf.options;
    const model = new NeuMF({ ...options, dim, layers: [...mlp.options.layers] });
    model.#pretrained = { gmf, mlp };
    return model;
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): NeuMF {
    return NeuMF.restore("NeuMF", file, (options) => new NeuMF(options));
  }

  protected get design(): NcfDesign {
    const { dim, layers, optimizer, pretrainEpochs, alpha } = this.options;
    return { dim, layers, optimizer, pretrainEpochs, alpha };
  }

  protected override beginning(data: Interactions): NcfTrainingOptions["begin"] {
    const pretrained = this.#pretrained;
    if (!pretrained) return undefined;
    const { gmf, mlp } = pretrained;
    for (const fitted of [gmf, mlp]) fitted.network;
    return (parts, theta) => {
      const { dim } = this.options;
      for (const side of ["users", "items"] as const) {
        copyRows(parts, theta, side, data[side], 0, gmf.network, gmf[side]);
        copyRows(parts, theta, side, data[side], dim, mlp.network, mlp[side]);
      }
      for (const name of Object.keys(parts.places))
        if (name.startsWith("layers.")) parts.of(theta, name).set(mlp.network.part(name));
      const output = parts.of(theta, "output.weight");
      output.set(gmf.network.part("output.weight"));
      output.set(mlp.network.part("output.weight"), dim);
      theta.data[parts.bias] = gmf.network.part("output.bias")[0];
      theta.data[parts.bias + 1] = mlp.network.part("output.bias")[0];
      parts.fuse(theta, this.options.alpha);
    };
  }
}

/** Copies the rows of those whom a fitted model knows into columns from `column` on. */
function copyRows(
  parts: NcfParts,
  theta: Tensor,
  side: "users" | "items",
  ids: Vocabulary,
  column: number,
  from: NcfAnswers,
  known: Vocabulary,
): void {
  const name = `${side}.embedding`;
  const [to, rows, { width }] = [parts.of(theta, name), from.part(name), from.parts];
  for (let n = 0; n < ids.size; n++) {
    const row = known.indexOf(ids.id(n));
    if (row >= 0) to.set(rows.subarray(row * width, (row + 1) * width), n * parts.width + column);
  }
}
