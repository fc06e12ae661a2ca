/** What the pages take from internal/bench/results/seed-article.json. */
export interface SeedArticleResult {
  readonly metrics: Metrics;
  readonly environment: Readonly<Record<"cpu" | "node" | "date", string>> & {
    readonly cores: number;
  };
  readonly seconds: number;
}

export interface Metrics {
  readonly seed: number;
  readonly article: {
    readonly electronics: {
      readonly items: number;
      readonly coverage: number;
      readonly withoutBrand: number;
      readonly runs: Readonly<
        Record<string, { all?: number; seen?: number; minutes?: number; failed?: string }>
      >;
    };
    readonly books: Readonly<Record<"matrix" | "matrixOnWalks" | "skipGram", number>>;
  };
  readonly walks: Readonly<Record<"walksPerNode" | "ofJd" | "walkLength", number>>;
  readonly skipGram: Readonly<Record<"dim" | "window" | "negatives" | "epochs", number>>;
  readonly sets: Readonly<Record<string, Sizes>>;
  readonly described: Readonly<Record<string, number>>;
  readonly popularity: Readonly<Record<string, Readonly<Record<"all" | "seen" | "unseen", Told>>>>;
  readonly implementations: Readonly<Record<string, Implementation>>;
  /** AUC of seen pairs after each epoch. */
  readonly library: Readonly<Record<string, readonly number[]>>;
  readonly matrix: Enacted;
  readonly matrixDefects: Readonly<Record<string, readonly CurvePoint[]>>;
  readonly side: Enacted & { readonly fields: readonly string[] };
  readonly sideDefects: Readonly<Record<string, readonly CurvePoint[]>>;
  readonly coverage: Readonly<Record<"JD" | "shop", Coverage>>;
  readonly cold: {
    readonly pairs: number;
    readonly items: number;
    readonly auc: number;
    readonly aucByPopularity: number;
    readonly recall: Readonly<Record<"model" | "popularity" | "chance", number>>;
  };
}

export interface Sizes {
  readonly items: number;
  readonly train: number;
  readonly all: number;
  readonly seen: number;
  readonly unseen: number;
}

interface Told {
  readonly auc: number;
  readonly averagePrecision: number;
}

export interface Implementation {
  readonly number: string;
  readonly name: string;
  readonly unit: string;
  readonly all: Told;
  readonly seen: Told;
  readonly unseen?: Told;
  readonly seconds: number;
  readonly perSecond: number;
  readonly dot?: Aucs;
  readonly target?: Aucs;
  readonly epochs: readonly { readonly epoch: number; readonly auc: number }[];
  readonly curves: Readonly<Record<"all" | "seen", PrecisionRecall>>;
}

interface Aucs {
  readonly all: number;
  readonly seen: number;
}

export interface PrecisionRecall {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

export interface CurvePoint {
  readonly epoch: number;
  readonly auc: number;
}

interface Enacted {
  readonly dim: number;
  readonly epochs: number;
  readonly batch: number;
}

export interface Known {
  readonly seen: number;
  readonly all: number;
  readonly unseen?: number;
}

export interface Coverage extends Sizes {
  readonly splits?: number;
  readonly points: readonly (Known & { readonly share: number; readonly equal: Known })[];
  readonly without: Known;
  readonly unseenByPopularity: number;
}
