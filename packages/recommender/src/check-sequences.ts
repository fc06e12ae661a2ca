import { OptionError } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";

/** @throws OptionError for anything but `Sequences` */
export function checkSequences(owner: string, option: string, data: Sequences): void {
  if (
    ArrayBuffer.isView(data?.offsets) &&
    ArrayBuffer.isView(data.values) &&
    typeof data.items?.indexOf === "function"
  )
    return;
  throw new OptionError(
    owner,
    option,
    "must be Sequences of @kith/data, such as readSequences, Sequences.from or sessionsFrom make them",
  );
}
