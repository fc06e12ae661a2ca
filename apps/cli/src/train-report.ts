import type { Id } from "@kith/data";
import type { Epoch } from "@kith/recommender";
import type { AnyModel, Measured, Prepared } from "./families/family.ts";
import type { Model } from "./models.ts";
import { took } from "./progress.ts";
import { provenance } from "./result.ts";
import { scoringOf } from "./scoring.ts";
import type { TrainFlags } from "./train-flags.ts";
import type { Trained } from "./training.ts";
import { number, type Tell } from "./words.ts";

/** Tells which epoch was kept, where one was chosen. */
export function tellBest(
  { patience, metric }: TrainFlags,
  epochs: readonly Epoch[],
  decisive: string,
  { metrics }: AnyModel,
  tell: Tell,
): void {
  if (patience === undefined && metric === undefined) return;
  const measured = ({ validation }: Epoch) => validation?.[decisive] ?? Number.NEGATIVE_INFINITY;
  const best = epochs.reduce<Epoch | undefined>(
    (best, epoch) => (best === undefined || measured(epoch) > measured(best) ? epoch : best),
    undefined,
  );
  if (best && measured(best) === metrics[decisive])
    tell(`epoch ${best.epoch} was the best and is kept`);
}

/** What a model goes through in training: clicks that are foretold, or items of sequences, which word2vec calls words. */
function unitOf({ family }: Model): "events" | "words" {
  return family.protocol === "next-item" ? "events" : "words";
}

/** "75 s of training", with the speed of models of sequences. */
export function tookTraining(chosen: Model, { seconds, tokensPerSecond }: Trained): string {
  const speed = tokensPerSecond
    ? `, ${number(Math.round(tokensPerSecond))} ${unitOf(chosen)}/s`
    : "";
  return `${took(seconds)} of training${speed}`;
}

/** An epoch as a line of JSON. */
export function eventOf(
  chosen: Model,
  { epoch, loss, seconds, tokens, validation }: Epoch,
): object {
  return {
    event: "epoch",
    epoch,
    loss,
    seconds,
    ...(tokens !== undefined && {
      tokens,
      [`${unitOf(chosen)}PerSecond`]: tokens / seconds,
    }),
    ...(validation && { validation }),
  };
}

/** All that came out, as a line of JSON. */
export function resultOf(
  chosen: Model,
  model: AnyModel,
  { facts }: Prepared<unknown, unknown>,
  { epochs, seconds, secondsPerEpoch, tokensPerSecond }: Trained,
  measured: Measured | undefined,
  flags: TrainFlags,
  scoringAucs: object | undefined,
): object {
  const options = model.options as Readonly<Record<string, Id>>;
  const scoring = scoringOf(model);
  // A model that only counts goes through all clicks, too, in its one epoch.
  const { trainEvents } = facts as { readonly trainEvents?: number };
  const speed = tokensPerSecond ?? (trainEvents && trainEvents / secondsPerEpoch);
  return {
    event: "result",
    model: chosen.name,
    ...(measured?.fields ?? { metrics: {} }),
    ...(scoring !== undefined && { scoring }),
    ...(scoringAucs && { scoringAucs }),
    seconds,
    secondsPerEpoch,
    ...(speed !== undefined && { [`${unitOf(chosen)}PerSecond`]: speed }),
    epochs,
    ...(Object.keys(model.metrics).length > 0 && { validation: model.metrics }),
    options,
    ...(options.seed !== undefined && { seed: options.seed }),
    data: flags.data,
    ...facts,
    ...(flags.out !== undefined && { out: flags.out }),
    ...provenance(),
  };
}
