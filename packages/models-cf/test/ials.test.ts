import { FormatError, OptionError } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { IALS } from "@kith/models-cf";
import { decodeModelFile, encodeModelFile, type Profile } from "@kith/recommender";
import { randomInteractions } from "./support.ts";

const data = randomInteractions(3, 900, 40, 30);

/** Weighted squared errors over all users × items with the penalty, from a saved model: the paper's objective, as it is written. */
function objective(model: IALS, of: Interactions): number {
  const { tensors } = decodeModelFile(model.save());
  const { dim, alpha, regularization, frequencyExponent } = model.options;
  const [users, items] = ["users.embedding", "items.embedding"].map((name) => tensors[name].data);
  const [n, m] = [of.users.size, of.items.size];
  const r = new Float64Array(n * m);
  for (let row = 0; row < of.length; row++)
    r[of.user[row] * m + of.item[row]] += of.value ? of.value[row] : 1;
  let loss = 0;
  const means = [new Float64Array(n), new Float64Array(m)];
  for (let u = 0; u < n; u++)
    for (let i = 0; i < m; i++) {
      let score = 0;
      for (let d = 0; d < dim; d++) score += users[u * dim + d] * items[i * dim + d];
      const c = 1 + alpha * r[u * m + i];
      means[0][u] += c / m;
      means[1][i] += c / n;
      loss += c * (Number(r[u * m + i] > 0) - score) ** 2;
    }
  for (const [side, table] of [users, items].entries())
    for (let k = 0; k < table.length; k++)
      loss +=
        regularization * means[side][Math.floor(k / dim)] ** frequencyExponent * table[k] ** 2;
  return loss / (n * m);
}

test.each([
  { solver: "cg" as const, cgSteps: 3, dim: 8 },
  { solver: "cholesky" as const, dim: 7 },
])("an epoch's loss is the paper's objective over all pairs, and falls: %j", async (options) => {
  const model = new IALS({ ...options, epochs: 6, alpha: 5, regularization: 2 });
  const losses: number[] = [];
  for await (const { loss } of model.train(data)) {
    losses.push(loss);
    expect(loss).toBeCloseTo(objective(model, data), 5);
  }
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
});

test("a training user's history folds in to the user's own scores, where values are 1", async () => {
  const distinct = Interactions.from(
    [...new Set(Array.from(data.rows(), ({ user, item }) => `${user} ${item}`))].map(
      (pair) => pair.split(" ") as [string, string],
    ),
  );
  for (const dim of [8, 5]) {
    const model = await new IALS({ dim, solver: "cholesky", epochs: 3 }).fit(distinct);
    for (const user of ["u0", "u7"]) {
      const history = Array.from(distinct.itemsOf(distinct.users.indexOf(user)), (i) =>
        distinct.items.id(i),
      );
      const [own, folded] = [model.scores(user), model.scores(model.foldIn(history))];
      for (let i = 0; i < own.length; i++) expect(folded[i]).toBeCloseTo(own[i], 5);
    }
  }
});

test("conjugate gradient of as many steps as numbers is the exact solution", async () => {
  const common = { dim: 4, epochs: 4, regularization: 3 };
  const exact = await new IALS({ ...common, solver: "cholesky" }).fit(data);
  const steps = await new IALS({ ...common, solver: "cg", cgSteps: 8 }).fit(data);
  const [a, b] = [exact.scores("u1"), steps.scores("u1")];
  for (let i = 0; i < a.length; i++) expect(b[i]).toBeCloseTo(a[i], 3);
});

test("reasons add up to the score of the history", async () => {
  const model = await new IALS({ dim: 6, epochs: 5 }).fit(data);
  const profile: Profile = model.foldIn(["i1", "i4", "i9"]);
  const reasons = model.explain(profile, "i2");
  expect(reasons.map(({ item }) => item).sort()).toEqual(["i1", "i4", "i9"]);
  const total = reasons.reduce((sum, { weight }) => sum + weight, 0);
  expect(total).toBeCloseTo(model.scores(profile)[model.items.indexOf("i2")], 5);
});

test("values say how sure a pair is: repeats add up, 0 is as if it were not there, negative ones are refused", async () => {
  const rows = Array.from(data.rows(), ({ user, item }) => [user, item] as const);
  const options = { dim: 4, epochs: 3 };
  const fit = (of: readonly (readonly [string | number, string | number, number])[], more = {}) =>
    new IALS({ ...options, ...more }).fit(Interactions.from(of));
  const ones = await fit(rows.map(([u, i]) => [u, i, 1]));
  const plain = await new IALS(options).fit(Interactions.from(rows));
  expect(ones.scores("u2")).toEqual(plain.scores("u2"));
  const twice = await fit(rows.map(([u, i]) => [u, i, 2]));
  const doubled = await new IALS({ ...options, alpha: 20 }).fit(Interactions.from(rows));
  expect(twice.scores("u2")).toEqual(doubled.scores("u2"));
  const other = rows.map(([u, i], n) => [u, i, n % 5] as const);
  const unweighted = await fit(other, { weighted: false });
  const once = await fit(
    rows.map(([u, i]) => [u, i, 9] as const),
    { weighted: false },
  );
  expect(unweighted.scores("u2")).toEqual(once.scores("u2"));
  const nothing = await fit([...rows.map(([u, i]) => [u, i, 1] as const), ["zero", "i1", 0]]);
  expect(nothing.scores("zero").every((score) => score === 0)).toBe(true);
  await expect(fit([["a", "b", -1]])).rejects.toThrow(
    'IALS: option "weighted" must be false where values can be negative, as -1 in row 0 is',
  );
  expect((await fit([["a", "b", -1]], { weighted: false })).scores("a")).toHaveLength(1);
});

test("vectors of another length than the options say are refused", async () => {
  const file = decodeModelFile((await new IALS({ dim: 4, epochs: 1 }).fit(data)).save());
  const longer = { ...file, options: { ...file.options, dim: 5 } };
  expect(() => IALS.load(encodeModelFile(longer))).toThrow(FormatError);
  expect(() => new IALS({ dim: 513 })).toThrow(OptionError);
  expect(() => new IALS({ regularization: 0 })).toThrow("above 0");
});
