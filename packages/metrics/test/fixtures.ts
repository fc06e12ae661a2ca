import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of test/fixtures; make.py there wrote it and says what each number is. */
export function fixture<T>(name: string): T {
  // The cast is JSON's: the shape is make.py's.
  return JSON.parse(readFileSync(join(__dirname, "fixtures", `${name}.json`), "utf8")) as T;
}

/** The same generator as in make.py, for the bootstrap it replays. */
export function congruential(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
