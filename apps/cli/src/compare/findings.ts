import type { AnyModel } from "../families/family.ts";
import { modelOf } from "../models.ts";
import { provenance } from "../result.ts";
import type { CompareFlags } from "./flags.ts";
import type { Outcome } from "./outcomes.ts";
import { CONFIDENCE, resamplesFor, type Standing } from "./standings.ts";

/** All that a comparison found. */
export interface Findings {
  /** In the order in which they were asked for, without those that an interruption kept from beginning. */
  readonly outcomes: readonly Outcome[];
  /** Of those that finished, in their order. */
  readonly standings: ReadonlyMap<Outcome, Readonly<Record<string, Standing>>>;
  readonly metrics: readonly string[];
  /** By which models are in order, and epochs were chosen. */
  readonly decisive: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly flags: CompareFlags;
}

/** The finished ones, best first, then those that failed. */
export function ranked({ outcomes, standings, decisive }: Findings): Outcome[] {
  const value = (outcome: Outcome) =>
    standings.get(outcome)?.[decisive].mean ?? Number.NEGATIVE_INFINITY;
  return [...outcomes].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return x === y ? 0 : y - x;
  });
}

/** The options of a model without those that belong to its name. */
export function optionsOf(model: AnyModel): Record<string, unknown> {
  const { preset = {} } = modelOf(model);
  return Object.fromEntries(
    Object.entries(model.options).filter(([name]) => !Object.hasOwn(preset, name)),
  );
}

/** One line of JSON for a model. */
export function resultOf(findings: Findings, outcome: Outcome): object {
  const { contender, finished, failure, curve } = outcome;
  const { facts, seed, flags } = findings;
  const { label, chosen, model } = contender;
  const common = {
    event: "result",
    model: chosen.name,
    label,
    ...(failure !== undefined && { failed: failure }),
  };
  const rest = {
    curve,
    options: model.options,
    seed,
    data: flags.data,
    ...facts,
    ...provenance(),
  };
  if (!finished) return { ...common, ...rest };
  const standing = Object.entries(findings.standings.get(outcome) ?? {});
  const { trained, measured, evaluationSeconds, bytes, bestEpoch } = finished;
  const by = <T>(value: (each: Standing) => T) =>
    Object.fromEntries(standing.map(([key, each]) => [key, value(each) ?? null]));
  const size = measured.samples?.of.length;
  return {
    ...common,
    ...measured.fields,
    intervals: by(({ interval }) => interval),
    confidence: CONFIDENCE,
    ...(size !== undefined && {
      samples: size,
      sampled: `${measured.samples?.noun}s`,
      resamples: resamplesFor(size),
    }),
    best: by(({ isBest }) => isBest),
    pValues: by(({ pValue }) => pValue),
    tests: by(({ test }) => test),
    correction: "holm",
    seconds: trained.seconds,
    secondsPerEpoch: trained.secondsPerEpoch,
    epochs: trained.epochs,
    ...(bestEpoch !== undefined && { bestEpoch }),
    evaluationSeconds,
    bytes,
    ...rest,
  };
}
