import { parseMetric } from "@kith/metrics";
import { isRatingMetric } from "@kith/recommender";
import { UsageError } from "./errors.ts";

/** A whole number from `least` on. */
export const wholeNumber =
  (flag: string, least: number) =>
  (text: string): number => {
    const value = numberOf(text);
    if (value === undefined || !Number.isSafeInteger(value) || value < least)
      throw new UsageError(
        `${flag} must be a whole number of at least ${least}, got ${JSON.stringify(text)}`,
      );
    return value;
  };

/** A number, whatever it may be: what it means says more. */
export const number =
  (flag: string) =>
  (text: string): number => {
    const value = numberOf(text);
    if (value === undefined)
      throw new UsageError(`${flag} must be a number, got ${JSON.stringify(text)}`);
    return value;
  };

/** A finite number above 0. */
export const positiveNumber =
  (flag: string) =>
  (text: string): number => {
    const value = numberOf(text);
    if (value === undefined || !(value > 0) || !Number.isFinite(value))
      throw new UsageError(`${flag} must be a number above 0, got ${JSON.stringify(text)}`);
    return value;
  };

/** A share of the data: below 1, and above 0 unless none is allowed. */
export const share =
  (flag: string, { zero = false }: { zero?: boolean } = {}) =>
  (text: string): number => {
    const value = numberOf(text);
    if (value === undefined || !(zero ? value >= 0 : value > 0) || value >= 1)
      throw new UsageError(
        `${flag} must be ${zero ? "at least 0" : "above 0"} and below 1, got ${JSON.stringify(text)}`,
      );
    return value;
  };

/** One of a few words. */
export const oneOf =
  <const T extends string>(flag: string, choices: readonly T[]) =>
  (text: string): T => {
    if (!choices.includes(text as T))
      throw new UsageError(
        `${flag} must be one of ${choices.join(", ")}, got ${JSON.stringify(text)}`,
      );
    return text as T;
  };

/** Text that is not empty. */
export const text =
  (flag: string) =>
  (value: string): string => {
    if (value === "") throw new UsageError(`${flag} must not be empty`);
    return value;
  };

/** The largest k of a metric: what is ranked is kept in memory for each user. */
const LARGEST_K = 100_000;

/** The metrics of models of items, which have no k. */
const PAIR_METRICS = ["auc", "auc-seen", "average-precision", "average-precision-seen"];

/** Metric keys, separated by commas; whether a model is measured by them is for its family to say. */
export const metrics =
  (flag: string) =>
  (text: string): string[] => {
    const keys = list(text);
    if (keys.length === 0)
      throw new UsageError(`${flag} must name at least one metric, such as recall@20`);
    return keys.map((key) => {
      if (PAIR_METRICS.includes(key) || isRatingMetric(key)) return key;
      const known = key.replace(/^coverage@/, "recall@"); // of the catalogue, which the package of per-user metrics does not know
      try {
        if (parseMetric(known).k <= LARGEST_K) return key;
      } catch {
        throw new UsageError(
          `${flag}: there is no metric ${JSON.stringify(key)}; they are written as recall@20, and are recall, recall-min, precision, hit-rate, ndcg, map, mrr and coverage; of ratings rmse and mae; of models of items ${PAIR_METRICS.join(", ")}`,
        );
      }
      throw new UsageError(`${flag}: the k of ${key} is beyond the largest, ${LARGEST_K}`);
    });
  };

/** One metric key. */
export const metric =
  (flag: string) =>
  (key: string): string => {
    const keys = metrics(flag)(key);
    if (keys.length !== 1)
      throw new UsageError(
        `${flag} must be one metric such as recall@20 or auc, got ${JSON.stringify(key)}`,
      );
    return keys[0];
  };

/** Ids separated by commas, or a JSON list for ids that hold commas themselves. */
export const ids =
  (flag: string) =>
  (value: string): string[] => {
    if (!value.startsWith("[")) return list(value);
    try {
      const parsed: unknown = JSON.parse(value);
      if (Array.isArray(parsed)) return parsed.map(String);
    } catch {
      // told below
    }
    throw new UsageError(`${flag}: what begins with [ must be a JSON list of ids, got ${value}`);
  };

function list(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** A number written in full, undefined for anything else: Number("") and Number("0x1") are numbers, which nobody means. */
export function numberOf(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())) return undefined;
  return Number(text);
}
