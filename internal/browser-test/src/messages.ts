import type { BackendInfo } from "@kith/core-tensors";
import type { Epoch, Progress } from "@kith/recommender";
import type { Plan, Result } from "./experiment.ts";

/** What the page says to its worker. */
export type Order = { readonly type: "start"; readonly plan: Plan } | { readonly type: "stop" };

/** What the worker says to its page. */
export type News =
  | { readonly type: "backend"; readonly backend: BackendInfo }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "epoch"; readonly epoch: Epoch }
  | { readonly type: "checkpoint"; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly name: string; readonly message: string }
  | { readonly type: "violation"; readonly directive: string };
