import { Interactions } from "@kith/data";
import { GAT, GCN, GraphSAGE, LightGCN, NGCF, PinSage, XSimGCL } from "../src/index.ts";

/** Users of two tastes who view items of their own taste; "purchase" is what they do with the first of these, and all users view noise. */
function shop(): Interactions {
  const rows: { user: string; item: string; type: string }[] = [];
  for (let u = 0; u < 24; u++)
    for (let i = 0; i < 12; i++) {
      const [user, item] = [`u${u}`, `i${i}`];
      if (u % 2 === i % 2 && (u + i) % 3 > 0) rows.push({ user, item, type: "view" });
      if (u % 2 === i % 2 && (u + i) % 3 === 1) rows.push({ user, item, type: "purchase" });
      if ((u * 5 + i * 7) % 4 === 0) rows.push({ user, item, type: "noise" });
    }
  return Interactions.from(rows);
}

const data = shop();
const settings = { dim: 16, learningRate: 0.02, batchSize: 64, epochs: 60 };
const models = {
  LightGCN: (options = {}) => new LightGCN({ ...settings, layers: 2, ...options }),
  XSimGCL: (options = {}) => new XSimGCL({ ...settings, layers: 2, contrast: 0.02, ...options }),
  NGCF: (options = {}) => new NGCF({ ...settings, layers: 2, ...options }),
  GCN: (options = {}) => new GCN({ ...settings, ...options }),
  GAT: (options = {}) => new GAT({ ...settings, ...options }),
  PinSage: (options = {}) =>
    new PinSage({
      ...settings,
      epochs: 20,
      neighbours: 4,
      walks: 50,
      hardNegatives: 0,
      negatives: 12,
      ...options,
    }),
};

/** The items that a user has by interactions of a type. */
const itemsOf = (user: string, type: string) =>
  new Set(
    [...data.ofTypes([type]).rows()].filter((row) => row.user === user).map(({ item }) => item),
  );

describe.each(Object.entries(models))("%s", (_, make) => {
  const types = { typeWeights: { view: 0.5, purchase: 1, noise: 0 }, targetTypes: ["purchase"] };

  test("recommends what is of the types that were asked for, and takes only that as seen", async () => {
    const model = await make(types).fit(data);
    const [bought, viewed] = [itemsOf("u3", "purchase"), itemsOf("u3", "view")];
    const best = model.recommend("u3", { k: 12, excludeSeen: true }).items;
    expect(best.filter((item) => bought.has(item as string))).toEqual([]);
    for (const item of viewed) if (!bought.has(item)) expect(best).toContain(item);
    model.dispose();
  });

  test("knows no edge that weighs nothing, and how much the others do", async () => {
    const scores = async (options: object, interactions = data) => {
      const model = await make({ epochs: 2, ...options }).fit(interactions);
      const { scores } = model.recommend("u3", { k: 12 });
      model.dispose();
      return [...scores];
    };
    const named = { targetTypes: ["purchase"] };
    const weighed = await scores(types);
    const quiet = data.select((row) => data.types?.id(data.type?.[row] ?? 0) !== "noise");
    expect(await scores(types, quiet)).toEqual(weighed);
    expect(await scores({ ...named, typeWeights: { view: 1, purchase: 1, noise: 0 } })).not.toEqual(
      weighed,
    );
    expect(await scores(named)).not.toEqual(weighed);
  });

  test("refuses types that there are not, before anything is trained", async () => {
    await expect(make({ targetTypes: ["buy"] }).fit(data)).rejects.toThrow(
      'there is no type "buy"; the types are "noise", "view", "purchase"',
    );
    await expect(make({ typeWeights: { view: 1 } }).fit(data)).rejects.toThrow(
      "must have a weight for each type (noise, view, purchase), got none for noise",
    );
    expect(() => make({ typeWeights: { view: -1 } })).toThrow('option "typeWeights" must be');
    expect(() => make({ targetTypes: "purchase" })).toThrow('option "targetTypes" must be');
  });
});

test("GraphSAGE ranks the types that were asked for", async () => {
  const options = { dim: 16, learningRate: 0.02, epochs: 10, targetTypes: ["purchase"] };
  const model = await new GraphSAGE({ ...options, fanOut: [5, 5] }).fit(data);
  const best = model.recommend("u3", { k: 12, excludeSeen: true }).items;
  const bought = itemsOf("u3", "purchase");
  expect(best.filter((item) => bought.has(item as string))).toEqual([]);
  expect(best.length).toBe(12 - bought.size);
});
