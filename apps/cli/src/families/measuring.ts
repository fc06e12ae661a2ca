import { Interrupted } from "../interrupt.ts";
import type { ProgressLine } from "../progress.ts";

/** Measures with its share of the time on the progress line; when interrupted the error says what it was doing. */
export async function measuring<T>(
  line: ProgressLine,
  measure: (onProgress: (done: number) => void) => Promise<T>,
): Promise<T> {
  try {
    const found = await measure((done) =>
      line.update(`measuring on test data  ${Math.floor(done * 100)} %`),
    );
    line.clear();
    return found;
  } catch (error) {
    if (error instanceof Interrupted)
      throw new Interrupted(`${error.message} while measuring on test data`);
    throw error;
  }
}
