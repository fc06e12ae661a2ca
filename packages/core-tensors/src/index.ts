export {
  BackendError,
  FormatError,
  KithError,
  MemoryError,
  NotFittedError,
  NotSupportedError,
  OptionError,
  ShapeError,
  TrainingError,
  UnknownIdError,
} from "./errors.ts";
export {
  flag,
  fraction,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
  type Rule,
  type Rules,
  resolveOptions,
  wholeNumber,
} from "./options.ts";
export { Rng, type RngState, threefry } from "./rng.ts";
