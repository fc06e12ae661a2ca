import { type CheckpointFlags, checkpointPath } from "./checkpoint-files.ts";
import { type CurveFlag, checkCurve, curveFile } from "./curve-files.ts";
import { UsageError } from "./errors.ts";
import type { FamilyFlags, Prepared } from "./families/family.ts";
import { DEMO } from "./load-data.ts";
import type { Model } from "./models.ts";
import { checkApart } from "./same-file.ts";

/** The flags of `kith train`, without the options of models. */
export interface TrainFlags extends FamilyFlags, CheckpointFlags {
  readonly model: string;
  readonly metrics?: readonly string[];
  readonly metric?: string;
  readonly evaluateEvery?: number;
  readonly patience?: number;
  readonly scoring?: string;
  readonly threads?: number;
  readonly checkpointEvery?: number;
  readonly curve?: CurveFlag;
  readonly learningCurve?: CurveFlag;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
}

/** @throws UsageError when something would be written over what is read, or over another thing that is written */
export async function checkPlaces(
  flags: TrainFlags,
  { hasEpochs, family, name }: Model,
): Promise<void> {
  const { data, valid, test, features, config, out, checkpoint, resume, json = false } = flags;
  if (flags.curve !== undefined && family.protocol !== "link-prediction")
    throw new UsageError(
      `--curve is for models of items; ${name} learns from ${family.learnsFrom}`,
    );
  await checkCurve("--curve", flags.curve, json);
  await checkCurve("--learning-curve", flags.learningCurve, json);
  const file = (path: string | undefined) => (path === DEMO ? undefined : path);
  const isResumed = checkpoint === undefined && typeof resume === "string";
  const checkpointFlag = isResumed
    ? "--resume"
    : `--checkpoint${checkpoint ? "" : " (by default)"}`;
  await checkApart(
    [
      ["--out", out],
      [checkpointFlag, hasEpochs || checkpoint !== undefined ? checkpointPath(flags) : undefined],
      ["--curve", curveFile(flags.curve)],
      ["--learning-curve", curveFile(flags.learningCurve)],
    ],
    [
      ["--data", file(data)],
      ["--valid", file(valid)],
      ["--test", file(test)],
      ["--features", features],
      ["--config", config],
    ],
  );
  if (typeof resume === "string") await checkApart([["--out", out]], [["--resume", resume]]);
}

/** @throws UsageError, before hours of training, for what needs validation or test data that there are not */
export function checkValidation(
  { patience, curve }: TrainFlags,
  picksScoring: boolean,
  { validation, test }: Prepared<unknown, unknown>,
): void {
  const without = (flag: string) =>
    new UsageError(`${flag} needs validation data: --valid, or a --validation-share above 0`);
  if (patience !== undefined && !validation) throw without("--patience");
  if (picksScoring && !validation) throw without("--scoring auto");
  if (curve !== undefined && !test) throw new UsageError("--curve needs test data: --test");
}
