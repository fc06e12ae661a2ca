/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something outside this program is not as it should be (a file, a folder, the data): exit code 1. */
export class CliError extends Error {
  override readonly name = "CliError";
}
