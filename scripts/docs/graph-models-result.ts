import type { EpochPoint } from "../../internal/bench/src/learning-curve.ts";
import type { Separation } from "../../internal/bench/src/separation.ts";

// What internal/bench/results keeps of the benches that docs/benchmarks/graph-models.md is made of.

/** The heap is that in use at its most, or of the bench of LightGCN at the end of an epoch. */
export type Point = EpochPoint & { readonly peakHeapMiB?: number; readonly heapMiB?: number };

export type Curves = Readonly<Record<string, readonly Point[]>>;

export interface Kept<Metrics> {
  readonly metrics: Metrics;
  readonly environment: {
    readonly date: string;
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly backend: { readonly kernels: string; readonly threads: number };
  };
}

export interface GraphModels {
  readonly seed: number;
  readonly epochs: number;
  readonly baselines: Readonly<
    Record<string, { readonly "recall@20": number; readonly "ndcg@20": number }>
  >;
  readonly models: Curves;
  readonly layers: Curves;
  readonly separation: Readonly<Record<string, Separation>>;
  readonly newcomers: Readonly<Record<string, { readonly recall: number; readonly ndcg: number }>>;
}

export interface GraphGowalla {
  readonly seed: number;
  readonly minutes: number;
  readonly models: Curves;
}

export interface LightGCNFast {
  readonly epochs: readonly Point[];
}

export interface Convergence {
  readonly settings: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly learningRate: number;
    readonly seed: number;
  };
  readonly curves: Curves;
}

export interface EpochTimes {
  readonly seconds: Readonly<Record<string, number>>;
  readonly reference: number;
  readonly timesAsFast: number;
}

export type Cora = Readonly<Record<string, number>>;

export interface LargeGraph {
  readonly nodes: number;
  readonly interactions: number;
  readonly pairs: number;
  readonly purchases: number;
  readonly losses: readonly number[];
  readonly epochSeconds: number;
  readonly seconds: number;
  readonly peakHeapGiB: number;
  readonly peakRssGiB: number;
  readonly refusal: string;
  readonly "popularity.recall@20": number;
  readonly "recall@20": number;
}
