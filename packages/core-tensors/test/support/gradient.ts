/** Some tables of numbers, by name. */
export type Tables = Readonly<Record<string, readonly number[]>>;

/** A kernel that trains: what the tables are after it, and the loss of before. */
export type Train = (
  tables: Tables,
  rate: number,
) => { readonly tables: Tables; readonly loss: number };

const RATE = 2 ** -12;
const STEP = 2 ** -5;

/**
 * Fails unless what training changes at a small rate is that rate times the negative gradient of the loss, both by central differences. The draws must be
 * the same each time. `times` says by how much a number changes more than its gradient; 1 by default.
 */
export function expectGradientSteps(
  train: Train,
  tables: Tables,
  times: (table: string, at: number) => number = () => 1,
): void {
  expect(train(tables, 0).tables).toEqual(tables); // at rate 0 the loss is all
  const [after, opposite] = [train(tables, RATE).tables, train(tables, -RATE).tables];
  let largest = 0;
  for (const [name, values] of Object.entries(tables))
    for (const [at, value] of values.entries()) {
      const lossAt = (moved: number) =>
        train({ ...tables, [name]: values.with(at, moved) }, 0).loss;
      const gradient = (lossAt(value + STEP) - lossAt(value - STEP)) / (2 * STEP);
      const wanted = -gradient * times(name, at);
      const found = (after[name][at] - opposite[name][at]) / (2 * RATE);
      largest = Math.max(largest, Math.abs(wanted));
      if (!(Math.abs(found - wanted) <= 2e-3 * Math.max(1, Math.abs(wanted))))
        throw new Error(
          `${name}[${at}] changes by ${found} of the rate, its gradient is ${wanted}`,
        );
    }
  expect(largest).toBeGreaterThan(0.1); // or there was nothing to tell
}
