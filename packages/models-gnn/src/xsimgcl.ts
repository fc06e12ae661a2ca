import {
  add,
  between,
  dotSoftmaxCrossEntropy,
  gather,
  normalizeRows,
  OptionError,
  perturb,
  positive,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
  type SparseMatrix,
  scale,
  type Tensor,
  xavierUniform,
} from "@kith/core-tensors";
import type { Distinct } from "@kith/sampling";
import { LightEncoder } from "./light-encoder.ts";
import { LightRecommender } from "./light-recommender.ts";
import type { Embedded } from "./ranking-loss.ts";
import { type PropagationOptions, propagationRules } from "./ranking-options.ts";

export interface XSimGCLOptions extends PropagationOptions {
  /** Propagation steps K, at least 1. Default 3. */
  layers?: number;
  /** Passes over the interactions. Default 30. */
  epochs?: number;
  /** Length ε of the noise that each layer's result gets. Default 0.2. */
  noise?: number;
  /** Weight λ of the contrastive loss. Default 0.2. */
  contrast?: number;
  /** Temperature τ of the contrastive loss. Default 0.15. */
  contrastTemperature?: number;
  /** The layer that E is contrasted with, from 1. Default 1. */
  contrastLayer?: number;
}

/**
 * XSimGCL (Yu et al., TKDE 2023, https://arxiv.org/abs/2209.02544): LightGCN whose layers get noise in training, and a second loss by which a node's embedding
 * shall be near to its own state in one layer and far from that of the batch's other nodes, which spreads embeddings out.
 *
 *   E⁽ᵏ⁺¹⁾ = Ã E⁽ᵏ⁾ + noise of length ε      E = 1/K Σ_{k≥1} E⁽ᵏ⁾
 *   L = BPR + λ (InfoNCE(users) + InfoNCE(liked items)),   InfoNCE = −mean ln softmax(cos(eᵢ, eⱼ⁽ˡ⁾) / τ) at j = i
 */
export class XSimGCL extends LightRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<XSimGCLOptions> = {
    ...propagationRules,
    layers: positiveInteger(3, 16),
    epochs: positiveInteger(30),
    noise: between(0.2, 0, 1e3),
    contrast: between(0.2, 0, 1e6),
    contrastTemperature: positive(0.15),
    contrastLayer: positiveInteger(1, 16),
  };
  readonly name = "XSimGCL";
  readonly options: Readonly<Required<XSimGCLOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: XSimGCLOptions = {}) {
    super();
    this.options = resolveOptions("XSimGCL", options, XSimGCL.rules);
    const { layers, contrastLayer } = this.options;
    if (contrastLayer > layers)
      throw new OptionError(
        "XSimGCL",
        "contrastLayer",
        `must be one of the ${layers} layers, got ${contrastLayer}`,
      );
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): XSimGCL {
    return XSimGCL.restore("XSimGCL", file, (options) => new XSimGCL(options));
  }

  protected override initializeNodes(e0: Tensor, users: number, rng: Rng): void {
    xavierUniform(e0.slice(0, users), rng);
    xavierUniform(e0.slice(users, e0.rows), rng);
  }

  protected encoder(e0: Tensor, adjacency: SparseMatrix): LightEncoder {
    return new NoisyEncoder(e0, adjacency, this.options);
  }
}

interface Contrasted extends Embedded {
  /** [nodes, dim]: the states of one layer. */
  readonly contrast: Tensor;
}

class NoisyEncoder extends LightEncoder {
  readonly #options: Readonly<Required<XSimGCLOptions>>;

  constructor(e0: Tensor, adjacency: SparseMatrix, options: Readonly<Required<XSimGCLOptions>>) {
    super(e0, adjacency, { layers: options.layers, from: 1 });
    this.#options = options;
  }

  override embed(nodes: Uint32Array, rng: Rng): Contrasted {
    const states = this.statesOf(nodes, rng);
    return {
      embeddings: this.combined(states.slice(1)),
      penalised: states[0],
      contrast: states[this.#options.contrastLayer],
    };
  }

  protected override disturbed(e: Tensor, rng: Rng): Tensor {
    return perturb(e, this.#options.noise, rng);
  }

  furtherLoss({ positions: [users, liked] }: Distinct, embedded: Embedded): Tensor | undefined {
    const { contrast, contrastTemperature: temperature } = this.#options;
    if (contrast === 0) return undefined;
    const { embeddings, contrast: layer } = embedded as Contrasted;
    const infoNCE = (positions: Uint32Array): Tensor => {
      const once = Uint32Array.from(new Set(positions));
      const itself = Uint32Array.from(once, (_, n) => n);
      const [views, others] = [embeddings, layer].map((x) => normalizeRows(gather(x, once)));
      return dotSoftmaxCrossEntropy(views, others, itself, { temperature });
    };
    return scale(add(infoNCE(users), infoNCE(liked)), contrast);
  }
}
