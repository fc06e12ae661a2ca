import type { NextItemEvaluation } from "@kith/recommender";
import type { Samples } from "./family.ts";

/**
 * Values of sessions whose mean is that of their clicks, which are no independent samples: what a session says of one
 * click helps or harms the next. A mean over clicks is a ratio of two sums over sessions, and these are its linearised values (Taylor):
 *
 *   z_s = μ + (Σ_{e∈s} v_e − μ n_s) / n̄      μ the mean of all v, n_s the clicks of session s, n̄ their mean
 */
export function sessionSamples({
  metrics,
  perEvent,
  firstEvents,
  events,
  sessions,
}: Pick<
  NextItemEvaluation,
  "metrics" | "perEvent" | "firstEvents" | "events" | "sessions"
>): Samples {
  const asked: number[] = [];
  for (let s = 0; s + 1 < firstEvents.length; s++)
    if (firstEvents[s] < firstEvents[s + 1]) asked.push(s);
  const perSession = events / sessions;
  const linearised = (mean: number, values: Float64Array): Float64Array =>
    Float64Array.from(asked, (s) => {
      let excess = 0;
      for (let e = firstEvents[s]; e < firstEvents[s + 1]; e++) excess += values[e] - mean;
      return mean + excess / perSession;
    });
  return {
    noun: "session",
    of: asked,
    values: Object.fromEntries(
      Object.entries(perEvent).map(([key, values]) => [key, linearised(metrics[key], values)]),
    ),
  };
}
