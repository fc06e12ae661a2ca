/** What the signal of an interrupt aborts with. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** npm hands a Ctrl-C on that the terminal has delivered already: signals this close together are one. */
const ONE_KEYSTROKE = 500;

/**
 * The first SIGINT or SIGTERM asks the work to stop, which then saves what it can; a second one ends the process at once.
 * @param say told to the user when the first arrives
 */
export function onInterrupt(say: (sentence: string) => void): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      say("stopping; once more quits at once");
      controller.abort(new Interrupted(`stopped by ${signal}`));
    } else if (now - first > ONE_KEYSTROKE) process.exit(1);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
