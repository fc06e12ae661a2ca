import type { Id } from "@kith/data";
import type { Recommender } from "@kith/recommender";
import type { DataFlags } from "../load-data.ts";
import type { SessionFlags } from "../load-sessions.ts";
import type { NamedCurve } from "../plots/curves.ts";
import type { ProgressLine } from "../progress.ts";
import type { FeatureFlags, PairFlags, SequenceFlags } from "../read-flags.ts";
import type { Tell } from "../words.ts";

/** A model, whatever it learns from and answers for. */
export type AnyModel = Recommender<unknown, unknown, unknown>;

/** The flags that say what is learned from and measured on, of all families. */
export interface FamilyFlags
  extends Omit<DataFlags, "split">,
    PairFlags,
    SequenceFlags,
    SessionFlags,
    FeatureFlags {
  readonly split?: string;
  /** An option of models by which what is measured is chosen, too. */
  readonly targetTypes?: string;
}

/** The flags that some families take and others do not. */
export type FamilyFlag = Exclude<
  keyof FamilyFlags,
  | "data"
  | "test"
  | "valid"
  | "split"
  | "format"
  | "delimiter"
  | "header"
  | "skipLines"
  | "skipBadRows"
  | "targetTypes"
>;

/** Data in the parts that training needs, and what is said about them. */
export interface Prepared<Data, Test> {
  readonly train: Data;
  readonly validation?: Test;
  readonly test?: Test;
  /** For JSON: a hash of all that was read, how it was divided, and how much there is of what. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** The same for people. */
  readonly summary: string;
  /** What training does not see, and how it would. */
  readonly heldOut?: string | undefined;
}

/** What a saved model is measured on. */
export interface Asked<Test> {
  readonly test: Test;
  /** What is not to be ranked, beside what training has seen. */
  readonly exclude?: Test | undefined;
  /** Whether what training has seen is ranked, too. */
  readonly includeSeen?: boolean;
  /** Where an item stands among those of its score, where the family can be asked. */
  readonly ties?: string | undefined;
}

export interface MeasuringOptions {
  readonly metrics: readonly string[];
  readonly line: ProgressLine;
  readonly signal: AbortSignal;
  /** Whether `curves` are wanted. */
  readonly curves?: boolean;
}

/** What a metric is the mean of: independent of each other, so that intervals and tests can be computed from them. */
export interface Samples {
  readonly noun: "user" | "session";
  /** Who they are of: two models are compared on the same ones. */
  readonly of: readonly Id[];
  /** By metric key. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

/** What a measurement found. */
export interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  /** What it was measured on, such as "200 users". */
  readonly subject: string;
  /** The metrics of parts of it, by name. */
  readonly parts?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  /** For JSON, with the metrics. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What people should know about the figures. */
  readonly notes: readonly string[];
  /** What each metric means, where the family says. */
  readonly formulas?: Readonly<Record<string, string>>;
  /** None where nothing is averaged. */
  readonly samples?: Samples;
  /** Precision–recall curves, where the family has them. */
  readonly curves?: readonly NamedCurve[];
}

/** How models that learn from the same kind of data are fed and measured. `M` is what they are. */
export interface Family<Data = unknown, Test = unknown, M = AnyModel> {
  /** Completes "it learns from …". */
  readonly learnsFrom: string;
  /** A family whose models can learn from this one's data, too. */
  readonly alsoFeeds?: Family;
  /** As --protocol has it. */
  readonly protocol: "full-ranking" | "link-prediction" | "next-item";
  /** What is measured unless something else is asked for. */
  readonly metrics: readonly string[];
  /** Whether a metric key is one that it is measured by; the key is well-formed. */
  hasMetric(key: string): boolean;
  /** What --split takes. */
  readonly splits: readonly string[];
  /** The flags that not all families take. */
  readonly flags: readonly FamilyFlag[];
  /** Reads and divides what to learn from. */
  load(flags: FamilyFlags, tell: Tell, signal: AbortSignal): Promise<Prepared<Data, Test>>;
  /** Reads what a saved model is to be measured on. */
  loadTest(
    test: string,
    flags: FamilyFlags & { readonly exclude?: string },
    tell: Tell,
    signal: AbortSignal,
  ): Promise<Asked<Test>>;
  measure(model: M, asked: Asked<Test>, options: MeasuringOptions): Promise<Measured>;
}
