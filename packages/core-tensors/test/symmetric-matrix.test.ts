import { KithError, Rng, SymmetricMatrix, TrainingError } from "@kith/core-tensors";

/** XᵀX + 0.5 I of random X [2n, n], row by row. */
function positiveDefinite(n: number): Float64Array[] {
  const rng = new Rng(n);
  const x = Array.from({ length: 2 * n }, () =>
    Array.from({ length: n }, () => rng.below(1000) / 1000),
  );
  return Array.from({ length: n }, (_, i) =>
    Float64Array.from(
      { length: n },
      (_, j) => x.reduce((sum, row) => sum + row[i] * row[j], 0) + (i === j ? 0.5 : 0),
    ),
  );
}

test.each([1, 2, 95, 96, 97, 193, 230])(
  "the product with the inverse is the identity, %i rows",
  (n) => {
    const a = positiveDefinite(n);
    const matrix = new SymmetricMatrix(n);
    for (const [i, row] of a.entries()) matrix.setRow(i, row);
    expect(matrix.get(0, n - 1)).toBe(a[0][n - 1]);
    const shares = [...matrix.invert()];
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const row = new Float64Array(n);
    for (let i = 0; i < n; i += 1 + Math.floor(n / 9)) {
      matrix.row(i, row);
      for (let j = 0; j < n; j++) {
        const product = a.reduce((sum, column, k) => sum + row[k] * column[j], 0);
        expect(Math.abs(product - Number(i === j))).toBeLessThan(1e-9);
      }
    }
    matrix.dispose();
    expect(() => matrix.get(0, 0)).toThrow(KithError);
  },
);

test("a matrix that is not positive definite is refused", () => {
  const matrix = new SymmetricMatrix(2);
  matrix.setRow(0, [1]);
  matrix.setRow(1, [2, 1]);
  expect(() => [...matrix.invert()]).toThrow(TrainingError);
  matrix.dispose();
});
