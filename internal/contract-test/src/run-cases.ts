/** Cases by title: what a model does, as it completes "it …". */
export type Cases<T> = Readonly<Record<string, (of: T) => void | Promise<void>>>;

/**
 * One jest suite with a test for each case.
 * @param skips cases that the model cannot pass, by title, and why: the report shows it
 */
export function runCases<T>(
  name: string,
  cases: Cases<T>,
  of: T,
  skips: Readonly<Record<string, string>> = {},
): void {
  for (const title of Object.keys(skips))
    if (!Object.hasOwn(cases, title)) throw new Error(`no case is called "${title}"`);
  describe(`${name} keeps the contract of models: it`, () => {
    for (const [title, run] of Object.entries(cases)) {
      const reason = skips[title];
      if (reason === undefined) it(title, async () => run(of));
      else it.skip(`${title} (skipped: ${reason})`, () => undefined);
    }
  });
}
