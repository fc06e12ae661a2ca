import type { Interactions } from "@kith/data";
import {
  type Evaluation,
  evaluate,
  evaluateRatings,
  isRatingMetric,
  type UserItemRecommender,
} from "@kith/recommender";
import { CliError, UsageError } from "../errors.ts";
import { kebabCase } from "../letter-case.ts";
import {
  type DataFlags,
  DEMO,
  DEMO_SPLIT,
  type Loaded,
  loadData,
  loadInteractions,
} from "../load-data.ts";
import { loadFeatures } from "../load-features.ts";
import { FEATURE_FLAGS, withoutFileFlags } from "../read-flags.ts";
import { count, number } from "../words.ts";
import type { Family, Measured } from "./family.ts";
import { measuring } from "./measuring.ts";
import { both, rated } from "./rated.ts";

/** Models of users × items: each item is ranked for each user. */
export const usersItems: Family<Interactions, Interactions, UserItemRecommender> = {
  learnsFrom: "users and items",
  protocol: "full-ranking",
  metrics: ["recall@20", "ndcg@20", "mrr@20", "coverage@20"],
  hasMetric: (key) => key.includes("@") || isRatingMetric(key),
  splits: ["global-temporal", "user-temporal", "random", "leave-one-out", "none"],
  flags: [
    ...(["userCol", "itemCol", "valueCol", "timeCol", "typeCol"] as const),
    ...(["testShare", "validationShare", "splitSeed"] as const),
    ...(["minUser", "minItem", "duplicates"] as const),
  ],

  async load(flags, tell, signal) {
    const loaded = await loadData(flags as DataFlags, tell, signal); // its --split was checked
    const { train, split, hash, rows, users, items } = loaded;
    const types = flags.targetTypes?.split(",").map((type) => type.trim());
    const [validation, test] = [loaded.validation, loaded.test].map((part) => ofTypes(part, types));
    return {
      train,
      ...(validation && { validation }),
      ...(test && { test }),
      facts: {
        dataHash: hash,
        split,
        users,
        items,
        rows,
        trainRows: train.length,
        validationRows: validation?.length ?? 0,
        testRows: test?.length ?? 0,
      },
      summary: summaryOf(loaded),
      heldOut: heldOutNote(loaded, flags),
    };
  },

  async loadTest(path, flags, tell, signal) {
    if (path === DEMO) {
      const { test, validation } = await loadData(DEMO_SPLIT, () => {}, signal);
      return { test: test as Interactions, exclude: validation };
    }
    const load = async (file: string) => (await loadInteractions(file, flags, tell, signal)).data;
    return {
      test: await load(path),
      exclude: flags.exclude === undefined ? undefined : await load(flags.exclude),
    };
  },

  async measure(model, { test, exclude, includeSeen = false }, { metrics, line, signal }) {
    const { targetTypes } = model.options as { readonly targetTypes?: readonly string[] };
    const asked = ofTypes(test, targetTypes) as Interactions;
    const rankingMetrics = metrics.filter((key) => !isRatingMetric(key));
    const errors =
      rankingMetrics.length < metrics.length
        ? await evaluateRatings(model, asked, { signal })
        : undefined;
    if (errors && rankingMetrics.length === 0) return rated(errors, metrics);
    const evaluation = await measuring(line, (onProgress) =>
      evaluate(model, asked, {
        metrics: rankingMetrics,
        signal,
        onProgress,
        excludeSeen: !includeSeen,
        exclude: includeSeen ? undefined : exclude,
      }),
    );
    return errors ? both(ranked(evaluation), rated(errors, metrics), metrics) : ranked(evaluation);
  },
};

/** The same for models that predict ratings. */
export const ratings: Family<Interactions, Interactions, UserItemRecommender> = {
  ...usersItems,
  learnsFrom: "users' ratings of items",
  alsoFeeds: usersItems as Family,
  metrics: ["rmse", "mae", "recall@20", "ndcg@20"],
};

/** Rows of the types that a model recommends, where rows have types. */
function ofTypes(
  data: Interactions | undefined,
  types: readonly string[] = [],
): Interactions | undefined {
  return data?.types && types.length > 0 ? data.ofTypes(types) : data;
}

/** The same for models that read what is known about items, where it is given. */
export const featuredUsersItems: Family<Interactions, Interactions, UserItemRecommender> = {
  ...usersItems,
  learnsFrom: "users and items, and features of items where there are any",
  alsoFeeds: usersItems as Family,
  flags: [...usersItems.flags, "features", ...FEATURE_FLAGS],

  async load(flags, tell, signal) {
    if (flags.features === undefined) {
      const without = FEATURE_FLAGS.find((flag) => flags[flag] !== undefined);
      if (without)
        throw new UsageError(`--${kebabCase(without)} is of --features <file>, which is missing`);
      return usersItems.load(flags, tell, signal);
    }
    const features = await loadFeatures(withoutFileFlags(flags), tell, signal);
    const data = await usersItems.load(flags, tell, signal);
    const known = data.train.items.indicesIn(features.ids).filter((index) => index >= 0).length;
    const items = data.train.items.size;
    if (known === 0)
      throw new CliError(
        `${flags.features}: none of the ${count(items, "item")} of --data is there; is --item-col the same in both?`,
      );
    const names = features.fields.map(({ name }) => name);
    return {
      ...data,
      train: data.train.withFeatures({ items: features }),
      facts: { ...data.facts, features: names, featureItems: known, featuresHash: features.hash() },
      summary: `${data.summary}; ${names.join(", ")} of ${number(known)} of ${count(items, "item")}`,
    };
  },
};

/** What an evaluation found, for people and for JSON. */
export function ranked(evaluation: Evaluation): Measured {
  const { metrics, protocol, users, unknownUsers, unknownItems, tieRate, seconds } = evaluation;
  return {
    metrics,
    subject: `${number(users.length)} users`,
    fields: {
      metrics,
      protocol,
      evaluatedUsers: users.length,
      unknownUsers,
      unknownItems,
      tieRate,
      evaluationSeconds: seconds,
    },
    notes: notesOn(evaluation),
    formulas: evaluation.formulas,
    samples: { noun: "user", of: users, values: evaluation.perUser },
  };
}

/** What an evaluation could not ask for, in sentences. */
function notesOn({ unknownUsers, unknownItems, tieRate }: Evaluation): string[] {
  const notes: string[] = [];
  if (unknownUsers > 0)
    notes.push(
      `${count(unknownUsers, "user")} of the test data ${unknownUsers === 1 ? "is" : "are"} not known to the model and left out`,
    );
  if (unknownItems > 0)
    notes.push(
      `${count(unknownItems, "row")} of the test data ${unknownItems === 1 ? "is" : "are"} of items that the model does not know, and counted as not found`,
    );
  if (tieRate > 0.05)
    notes.push(
      `for ${(tieRate * 100).toFixed(0)} % of the users the last item ranked ties with the next: the order of equals is that of the catalogue`,
    );
  return notes;
}

function summaryOf({ train, validation, test, split, rows, users, items }: Loaded): string {
  const parts = [`${number(train.length)} to train on`];
  if (validation) parts.push(`${number(validation.length)} to validate`);
  if (test) parts.push(`${number(test.length)} to test`);
  const hash = split.hash === undefined ? "" : `, hash ${split.hash}`;
  const whole = `${count(rows, "row")} of ${count(users, "user")} and ${count(items, "item")}`;
  return `${whole}; split ${split.kind}${hash}: ${parts.join(", ")}`;
}

function heldOutNote(
  { train: { length }, validation, split, rows }: Loaded,
  { valid, validationShare = 0 }: { readonly valid?: string; readonly validationShare?: number },
): string | undefined {
  const isDivided = split.hash !== undefined;
  if (!isDivided && (valid !== undefined || validationShare === 0)) return undefined;
  const whole = isDivided ? rows : length + (validation?.length ?? 0);
  if (length === whole) return undefined;
  const flag = isDivided ? "--split none" : "--validation-share 0";
  return `trained on ${number(length)} of ${count(whole, "row")}; ${flag} trains on all of them`;
}
