import { heapInUse, recommenderContract } from "@kith/contract-test";
import { Interactions } from "@kith/data";
import { EventEmbeddings, type EventRow, Events, type TypeOf } from "@kith/embeddings-w2v";
import type { Epoch, TrainOptions } from "@kith/recommender";

const small = { dim: 16, epochs: 60, batchSize: 64 } as const;

function scoreOf(model: EventEmbeddings, user: string, item: string): number {
  return model.scores(user)[model.items.indexOf(item)];
}

const TWENTY = Array.from({ length: 20 }, (_, n) => n);

/** Twenty users of each of two types, with items of their own; and of each type one user who only clicked what all click. */
const taste: readonly EventRow[] = ["a", "b"].flatMap((type) => [
  ...Array.from({ length: 20 }, (_, n) =>
    [0, 1, 2].map((i) => ({
      user: `${type}${n}`,
      item: `${type}-${(n + i) % 6}`,
      kind: "clicked",
    })),
  ).flat(),
  ...Array.from({ length: 20 }, (_, n) => ({ user: `${type}${n}`, item: "all", kind: "clicked" })),
  { user: `${type} once`, item: "all", kind: "clicked" },
]);
/** All twenty users of a type with some items, in one way. */
function all(type: string, kind: string, ...items: string[]): EventRow[] {
  return TWENTY.flatMap((n) => items.map((item) => ({ user: `${type}${n}`, item, kind })));
}

/** How many of the twenty users of type a score one item higher than another. */
function whoPrefer(model: EventEmbeddings, better: string, worse: string): number {
  const score = (n: number, item: string) => scoreOf(model, `a${n}`, item);
  return TWENTY.filter((n) => score(n, better) > score(n, worse)).length;
}

test("what was shown and left alone ranks below what was never shown", async () => {
  const rows = [...taste, ...all("b", "clicked", "x", "y"), ...all("a", "shown", "x")];
  const options = { ...small, negatives: 1 };
  const model = await new EventEmbeddings(options).fit(Events.from(rows));
  expect(whoPrefer(model, "y", "x")).toBe(20);
  expect(model.recommend("a0", { k: 100, excludeSeen: true }).items).toContain("x"); // who was shown an item does not have it
  model.dispose();
});

test("what was purchased ranks above what was clicked as often", async () => {
  const rows = [...taste, ...all("a", "clicked", "x", "y", "y"), ...all("a", "purchased", "x")];
  const model = await new EventEmbeddings(small).fit(Events.from(rows));
  expect(whoPrefer(model, "x", "y")).toBe(20);
  model.dispose();
});

const userTypes: readonly TypeOf[] = ["a", "b"].flatMap((type): TypeOf[] => [
  ...Array.from({ length: 20 }, (_, n): TypeOf => [`${type}${n}`, `type ${type}`]),
  [`${type} once`, `type ${type}`],
  [`${type} never`, `type ${type}`],
]);
const itemTypes: readonly TypeOf[] = ["a", "b"].flatMap((type): TypeOf[] => [
  ...[0, 1, 2, 3, 4, 5].map((i): TypeOf => [`${type}-${i}`, `for ${type}`]),
  [`${type}-new`, `for ${type}`],
]);

/** The best six items but what all click. */
function best(model: EventEmbeddings, query: Parameters<EventEmbeddings["recommend"]>[0]): string {
  const { items } = model.recommend(query, { k: 6, exclude: ["all"] });
  return items.map((item) => String(item)[0]).join("");
}

test("the type carries a user with one event, one with none, and one who was never heard of", async () => {
  const model = await new EventEmbeddings(small).fit(Events.from(taste, { userTypes }));
  for (const type of ["a", "b"]) {
    const six = type.repeat(6);
    expect(best(model, `${type} once`)).toBe(six);
    expect(best(model, `${type} never`)).toBe(six);
    expect(best(model, model.foldIn([], { userType: `type ${type}` }))).toBe(six);
    expect(best(model, model.foldIn(["all"], { userType: `type ${type}` }))).toBe(six);
  }
  expect(model.userTypes).toEqual(["type a", "type b"]);
  expect([...model.scores("a never")]).toEqual([
    ...model.scores(model.foldIn([], { userType: "type a" })),
  ]);
  const typed = model.foldIn(["a-1"], { userType: "type b" });
  const [whole, history, type] = [
    typed,
    model.foldIn(["a-1"]),
    model.foldIn([], { userType: "type b" }),
  ].map((query) => model.scores(query)[0]);
  expect(whole).toBeCloseTo((history + type) / 2, 5);
  expect(model.explain(typed, model.items.id(0))[0].weight).toBeCloseTo(history / 2, 5);
  expect(model.explain(model.foldIn([], { userType: "type b" }), "all")).toEqual([]);
  model.dispose();

  const untyped = await new EventEmbeddings(small).fit(Events.from(taste));
  expect(new Set(["a once", "b once"].map((user) => best(untyped, user)))).not.toEqual(
    new Set(["aaaaaa", "bbbbbb"]),
  );
  expect(() => untyped.recommend("a never")).toThrow(/user "a never" is unknown/);
  expect(() => untyped.foldIn([], { userType: "type a" })).toThrow(
    /user type "type a" is unknown; the model knows 0 types/,
  );
  expect(() => untyped.foldIn([])).toThrow(/history/);
  untyped.dispose();
});

test("an item without events is known by its type", async () => {
  const model = await new EventEmbeddings(small).fit(Events.from(taste, { itemTypes }));
  for (const n of TWENTY) {
    expect(scoreOf(model, `a${n}`, "a-new")).toBeGreaterThan(scoreOf(model, `a${n}`, "b-new"));
    expect(scoreOf(model, `b${n}`, "b-new")).toBeGreaterThan(scoreOf(model, `b${n}`, "a-new"));
  }
  const alike = model.similarItems("a-new", 6).items;
  expect(alike.every((item) => String(item).startsWith("a-"))).toBe(true);
  model.dispose();
});

test("types are saved, also what nobody of the data is of", async () => {
  const more: TypeOf[] = [...userTypes, ["stranger", "rare"]];
  const before = heapInUse();
  const model = await new EventEmbeddings({ ...small, epochs: 2 }).fit(
    Events.from(taste, { userTypes: more, itemTypes }),
  );
  const loaded = EventEmbeddings.load(model.save());
  const ask = (of: EventEmbeddings) =>
    ["type b", "rare"].map((userType) => [...of.scores(of.foldIn(["all"], { userType }))]);
  expect(ask(loaded)).toEqual(ask(model));
  expect(loaded.userTypes).toEqual(["type a", "type b", "rare"]);
  expect(new Set(model.scores("stranger"))).toEqual(new Set([0])); // nothing is known about that type
  const foreign = { history: Uint32Array.of(1), type: 3 };
  expect(() => loaded.scores(foreign)).toThrow(/a profile that foldIn\(\) of this model made/);
  loaded.dispose();
  model.dispose();
  expect(heapInUse()).toBe(before);
});

test("the loss is the weighted logistic loss of the events", async () => {
  const kinds = ["purchased", "clicked", "shown"];
  const rows = kinds.map((kind, n) => ({ user: `u${n}`, item: `i${n}`, kind }));
  const losses: number[] = [];
  const model = new EventEmbeddings({ negatives: 0, regularization: 0, epochs: 300 });
  await model.fit(Events.from(rows), { onEpoch: ({ loss }) => void losses.push(loss) });
  expect(losses[0] / (Math.LN2 * ((5 + 1 + 1) / 3))).toBeCloseTo(1, 1); // vectors are small at first
  expect(losses[299]).toBeLessThan(0.1);
  expect(scoreOf(model, "u0", "i0")).toBeGreaterThan(2);
  expect(scoreOf(model, "u2", "i2")).toBeLessThan(-2);
  model.dispose();
});

test("kinds are the caller's", async () => {
  const rows = [
    { user: 1, item: 10, kind: "liked" },
    { user: 2, item: 20, kind: "hidden" },
  ];
  const data = Events.from(rows);
  await expect(new EventEmbeddings().fit(data)).rejects.toThrow(
    'option "kinds" must say what events of the kind "liked" mean; it has purchased, clicked, shown',
  );
  const liked = { label: 1, weight: 1 } as const;
  const hidden = { label: 0, weight: 3 } as const;
  const model = await new EventEmbeddings({ kinds: { liked, hidden } }).fit(data);
  expect(EventEmbeddings.load(model.save()).options.kinds).toEqual({ liked, hidden });
  model.dispose();
  await expect(new EventEmbeddings({ kinds: { liked: hidden, hidden } }).fit(data)).rejects.toThrow(
    /at least one event that speaks for its item, got 2 events of the kinds liked, hidden/,
  );
  for (const said of [
    null,
    1,
    { label: 2, weight: 1 },
    { label: 1, weight: 0 },
    { label: 1, weight: 1e39 },
  ])
    expect(() => new EventEmbeddings({ kinds: { liked: said as never } })).toThrow(
      /option "kinds" must be/,
    );
});

test("events keep their kinds, and the vocabularies those known by type alone", () => {
  const data = Events.from(
    [
      { user: "ann", item: "tea", kind: "shown" },
      { user: "bob", item: "tea", kind: "clicked" },
      { user: "ann", item: "jam", kind: "shown" },
    ],
    {
      userTypes: [
        ["cid", "new"],
        ["bob", "old"],
        ["ann", null],
      ],
    },
  );
  expect(data.length).toBe(3);
  expect(data.kinds.ids()).toEqual(["shown", "clicked"]);
  expect([...data.kind]).toEqual([0, 1, 0]);
  expect(data.users.ids()).toEqual(["ann", "bob", "cid"]);
  expect([...(data.userTypes?.of ?? [])]).toEqual([-1, 1, 0]);
  expect(data.itemTypes).toBeUndefined();
});

test("the hash tells kinds and types apart", () => {
  const row = { user: "ann", item: "tea" };
  const hashes = [
    Events.from([{ ...row, kind: "shown" }]),
    Events.from([{ ...row, kind: "clicked" }]),
    Events.from([{ ...row, kind: "shown" }], { userTypes: [["ann", "x"]] }),
    Events.from([{ ...row, kind: "shown" }], { userTypes: [["ann", "y"]] }),
    Events.from([{ ...row, kind: "shown" }], { itemTypes: [["tea", "x"]] }),
  ].map((data) => data.hash());
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(Events.from([{ ...row, kind: "shown" }]).hash()).toBe(hashes[0]);
});

test("what is no event is refused by its place", async () => {
  const from = (rows: unknown, types?: object) => () => Events.from(rows as [], types);
  expect(from(7)).toThrow("expected a list of { user, item, kind }, got number");
  expect(from([{ user: "ann", item: "tea" }])).toThrow("row 0: kind must be a word");
  expect(from([["ann", "tea", "shown"]])).toThrow("row 0: kind must be a word");
  expect(from([{ user: "", item: "tea", kind: "shown" }])).toThrow(/row 0, user/);
  const twice = [
    ["ann", "x"],
    ["ann", "y"],
  ];
  expect(from([], { userTypes: twice })).toThrow('"ann" is there twice');
  for (const data of [[], null, undefined, {}])
    await expect(new EventEmbeddings().fit(data as never)).rejects.toThrow(/must be Events/);
});

test("training resumed is training uninterrupted", async () => {
  const options = { ...small, epochs: 4 };
  const data = Events.from(taste, { userTypes, itemTypes });
  const files: Uint8Array[] = [];
  const whole = await new EventEmbeddings(options).fit(data, {
    checkpointEvery: 2,
    checkpoint: ({ file }) => void files.push(file),
  });
  const resumed = await new EventEmbeddings(options).fit(data, { resumeFrom: files[0] });
  expect(resumed.save()).toEqual(whole.save());
  whole.dispose();
  resumed.dispose();
});

const make = (options?: object) => new EventEmbeddings({ ...small, epochs: 30, ...options });

recommenderContract("EventEmbeddings", { make, load: EventEmbeddings.load });

/** It learns interactions as clicks of users and items of two types each. */
class Typed extends EventEmbeddings {
  override async *train(
    data: Interactions,
    options?: TrainOptions,
  ): AsyncGenerator<Epoch, void, void> {
    if (!(data instanceof Interactions)) throw new Error("the contract gives interactions");
    const rows = Array.from(data.rows(), ({ user, item }) => ({ user, item, kind: "clicked" }));
    const typed = (ids: Iterable<unknown>, types: string) =>
      Array.from(ids, (id, n): TypeOf => [id as string, types + (n % 3)]);
    yield* super.train(
      Events.from(rows, { userTypes: typed(data.users, "u"), itemTypes: typed(data.items, "i") }),
      options,
    );
  }
}

recommenderContract("EventEmbeddings with types", {
  make: (options) => new Typed({ ...make().options, ...options }),
  load: EventEmbeddings.load,
});
