import type { FamilyFlags } from "../families/family.ts";
import type { Entry } from "./entries.ts";

/** The flags of `kith compare`. */
export interface CompareFlags extends FamilyFlags {
  readonly models?: readonly Entry[];
  readonly seconds?: number;
  readonly epochs?: number;
  readonly metrics?: readonly string[];
  readonly metric?: string;
  readonly evaluateEvery?: number;
  readonly patience?: number;
  readonly seed?: number;
  readonly html?: string;
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
}
