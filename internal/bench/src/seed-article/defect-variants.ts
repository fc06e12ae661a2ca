import type { MatrixDefects } from "./matrix-defects.ts";
import type { SideInformationDefects } from "./side-information-defects.ts";

/** Everything as the article has it. */
const MATRIX: MatrixDefects = {
  restarts: true,
  sharedTable: true,
  wideStart: true,
  densePenalty: true,
};

/** The article's matrix factorisation, mended at one place, and mended everywhere. */
export const matrixVariants: Readonly<Record<string, MatrixDefects>> = {
  "as in the article": MATRIX,
  "without restarts": { ...MATRIX, restarts: false },
  "two tables": { ...MATRIX, sharedTable: false },
  "small start": { ...MATRIX, wideStart: false },
  "no dense penalty": { ...MATRIX, densePenalty: false },
  "all mended": { restarts: false, sharedTable: false, wideStart: false, densePenalty: false },
};

/** A skip-gram as it is re-enacted. */
export interface SideVariant {
  /** Whether it has any side information. */
  readonly described: boolean;
  /** Whether the weights of the fields are learned. */
  readonly learned: boolean;
  readonly defects: SideInformationDefects;
}

const SIDE: SideInformationDefects = {
  leak: true,
  centresAsContexts: true,
  missingIsAValue: true,
  measuredUnweighted: true,
  restarts: true,
};
const MENDED: SideInformationDefects = {
  leak: false,
  centresAsContexts: false,
  missingIsAValue: false,
  measuredUnweighted: false,
  restarts: false,
};
const learned = (defects: SideInformationDefects): SideVariant => ({
  described: true,
  learned: true,
  defects,
});

/** With learned weights as the article has it, mended at one place and everywhere; with equal weights; and without side information. */
export const sideVariants: Readonly<Record<string, SideVariant>> = {
  "without side information": { described: false, learned: false, defects: MENDED },
  "as in the article": learned(SIDE),
  "context's own fields": learned({ ...SIDE, leak: false }),
  "table of contexts": learned({ ...SIDE, centresAsContexts: false }),
  "missing masked": learned({ ...SIDE, missingIsAValue: false }),
  "measured with weights": learned({ ...SIDE, measuredUnweighted: false }),
  "all mended": learned(MENDED),
  "equal weights, as in the article": {
    described: true,
    learned: false,
    defects: { ...MENDED, leak: true, missingIsAValue: true, restarts: true },
  },
  "equal weights, all mended": { described: true, learned: false, defects: MENDED },
};
