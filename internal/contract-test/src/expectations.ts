import { KithError, NotSupportedError } from "@kith/core-tensors";
import type { Ranking } from "@kith/recommender";

export function expectDescending({ scores }: Ranking): void {
  expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
}

/** That it throws an error of ours. */
export function expectKithError(act: () => unknown, message: RegExp = /./): void {
  let error: unknown;
  try {
    act();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(KithError);
  expect((error as Error).message).toMatch(message);
}

/** That training on some data fails with an error of ours that names the model. */
export async function expectRefusal<Data>(
  model: { readonly name: string; fit(data: Data): Promise<unknown> },
  data: Data,
): Promise<void> {
  const error: unknown = await model.fit(data).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KithError);
  expect((error as Error).message).toContain(model.name);
}

export function answerOrError(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (!(error instanceof NotSupportedError)) return String(error);
    expect(error.message.length).toBeGreaterThan(30);
  }
  return "an answer, or a NotSupportedError";
}
