import { UsageError } from "./errors.ts";
import { checkWritable, writeAtomically } from "./files.ts";
import { print } from "./json-events.ts";
import type { Figure } from "./plots/figure.ts";
import { svgFigure } from "./plots/svg.ts";
import { textFigure } from "./plots/text.ts";
import { showable } from "./showable.ts";

/** What a flag for a drawing was given: a file, or true for the terminal alone. */
export type CurveFlag = string | true | undefined;

/** The file behind a flag for a drawing, where one is named. */
export function curveFile(flag: CurveFlag): string | undefined {
  return typeof flag === "string" ? flag : undefined;
}

/**
 * Checks that a drawing can go where it should.
 * @throws UsageError when nobody would see it
 */
export async function checkCurve(name: string, flag: CurveFlag, json: boolean): Promise<void> {
  if (flag === true && json)
    throw new UsageError(`${name} needs the name of a file beside --json: ${name} curve.svg`);
  const file = curveFile(flag);
  if (file !== undefined) await checkWritable(file);
}

/** Writes a drawing as SVG where a file is named, and draws it in characters unless JSON is wanted. */
export async function draw(flag: CurveFlag, json: boolean, figure: () => Figure): Promise<void> {
  if (flag === undefined) return;
  const drawing = figure();
  const file = curveFile(flag);
  if (file !== undefined) await writeAtomically(file, new TextEncoder().encode(svgFigure(drawing)));
  if (!json) await print(`\n${textFigure(drawing).split("\n").map(showable).join("\n")}`);
}
