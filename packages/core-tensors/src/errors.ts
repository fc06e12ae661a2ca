/** Base class of every error that Kith throws on purpose: the message says what was expected, what came and what to do. */
export class KithError extends Error {
  override readonly name: string = "KithError";
}

/** Two shapes that should agree do not. */
export class ShapeError extends KithError {
  override readonly name = "ShapeError";

  constructor(operation: string, expected: readonly number[] | string, got: readonly number[]) {
    const wanted = typeof expected === "string" ? expected : `shape [${expected.join(", ")}]`;
    super(`${operation}: expected ${wanted}, got [${got.join(", ")}]`);
  }
}

/** An option is unknown or out of range. */
export class OptionError extends KithError {
  override readonly name = "OptionError";

  constructor(
    owner: string,
    /** The option's name as the caller writes it. */
    readonly option: string,
    problem: string,
  ) {
    super(`${owner}: option "${option}" ${problem}`);
  }
}

/** A model was asked before it was trained. */
export class NotFittedError extends KithError {
  override readonly name = "NotFittedError";

  constructor(model: string) {
    super(`${model}: call fit() or load() first`);
  }
}

/** A model has no answer to this kind of question; the message says why. */
export class NotSupportedError extends KithError {
  override readonly name = "NotSupportedError";
}

/** Data or a file is not what it should be: the message names the place (file, line, column) and what was expected there. */
export class FormatError extends KithError {
  override readonly name = "FormatError";
}

/** An id is not in the vocabulary. */
export class UnknownIdError extends KithError {
  override readonly name = "UnknownIdError";

  constructor(
    kind: string,
    readonly id: string | number,
    hint = "",
  ) {
    super(`${kind} ${JSON.stringify(id)} is unknown${hint && `; ${hint}`}`);
  }
}

/** Training cannot go on, such as when the loss is no longer a finite number. */
export class TrainingError extends KithError {
  override readonly name = "TrainingError";
}

/** What was asked for does not fit into memory; thrown before it is allocated. */
export class MemoryError extends KithError {
  override readonly name = "MemoryError";
}

/** A kernel set is not available here, or one of its threads failed. */
export class BackendError extends KithError {
  override readonly name = "BackendError";
}
