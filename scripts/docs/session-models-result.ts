import type { SessionPoint } from "../../internal/bench/src/session-curve.ts";

// What internal/bench/results keeps of the benches that docs/benchmarks/session-models.md is made of.

export interface SessionModels {
  readonly seed: number;
  readonly trainSessions: number;
  readonly testSessions: number;
  readonly items: number;
  readonly published: Readonly<
    Record<string, { readonly "recall@20": number; readonly "mrr@20": number }>
  >;
  readonly models: Readonly<Record<string, readonly SessionPoint[]>>;
}

export interface SessionFindings {
  readonly epochs: number;
  readonly models: Readonly<
    Record<string, { readonly options: object; readonly points: readonly SessionPoint[] }>
  >;
}

export interface Gru4RecSeeds {
  readonly epochs: number;
  readonly options: Readonly<Record<string, object>>;
  readonly losses: Readonly<
    Record<string, readonly { readonly seed: number; readonly points: readonly SessionPoint[] }[]>
  >;
}

export interface SessionSpeed {
  readonly rounds: number;
  readonly seconds: number;
  readonly gru4rec: Readonly<
    Record<string, { readonly ours: readonly number[]; readonly authors: readonly number[] }>
  >;
  readonly narm: { readonly ours: readonly number[]; readonly port: number };
}

export interface SessionLatency {
  readonly clicks: number;
  readonly sessions: number;
  readonly latencies: Readonly<
    Record<string, Readonly<Record<"items" | "p50" | "p95" | "p99" | "max", number>>>
  >;
}
