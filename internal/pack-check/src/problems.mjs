/** Collects what is wrong, by package, so that one run tells everything. */
export class Problems {
  #lines = [];

  add(name, problem) {
    this.#lines.push(`${name}: ${problem}`);
  }

  /** Adds the problem unless the condition holds; hands the condition back. */
  expect(condition, name, problem) {
    if (!condition) this.add(name, problem);
    return condition;
  }

  get count() {
    return this.#lines.length;
  }

  toString() {
    return this.#lines.map((line) => `  ✗ ${line}`).join("\n");
  }
}
