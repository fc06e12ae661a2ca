// What internal/bench/results keeps of the benches that docs/benchmarks/collaborative-filtering.md and docs/models are made of.

export interface ClosedForm {
  readonly results: Readonly<
    Record<
      string,
      {
        readonly items: number;
        readonly models: Readonly<
          Record<
            string,
            { readonly recall: number; readonly ndcg: number; readonly seconds: number }
          >
        >;
      }
    >
  >;
}

interface Measured {
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Autoencoders {
  readonly users: number;
  readonly items: number;
  readonly models: Readonly<
    Record<string, { readonly seconds: number; readonly points: readonly Measured[] }>
  >;
  readonly published: Readonly<Record<string, readonly number[]>>;
}

export interface Ncf {
  readonly rows: number;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly points: readonly Measured[];
        readonly candidates: { readonly metrics: Readonly<Record<string, number>> };
        readonly fullRanking: Readonly<Record<string, number>>;
      }
    >
  >;
}

export interface NcfSpeed {
  readonly networks: Readonly<Record<string, { readonly kernel: readonly number[] }>>;
}

export interface Ratings {
  readonly test: number;
  readonly models: Readonly<
    Record<string, { readonly rmse: number; readonly mae: number; readonly seconds?: number }>
  >;
}

export interface FactorSpeed {
  readonly pairs: number;
  readonly seconds: Readonly<Record<string, readonly number[]>>;
}

export interface VaeSpeed {
  readonly users: number;
  readonly items: number;
  readonly seconds: Readonly<Record<"kith" | "pytorch", readonly number[]>>;
  readonly losses: Readonly<Record<"kith" | "pytorch", readonly number[]>>;
}
