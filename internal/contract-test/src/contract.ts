import {
  FormatError,
  KithError,
  NotFittedError,
  NotSupportedError,
  OptionError,
  UnknownIdError,
} from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import {
  decodeModelFile,
  encodeModelFile,
  type Ranking,
  type UserItemRecommender,
  type UserQuery,
} from "@kith/recommender";
import { checkerboard } from "./checkerboard.ts";
import { heapInUse } from "./heap-in-use.ts";

/** What is to be tested. */
export interface ContractOptions {
  /** A new model that learns a checkerboard of 20 × 20, with these options beside its own. */
  readonly make: (options?: object) => UserItemRecommender;
  /** The model's static `load`. */
  readonly load: (file: Uint8Array) => UserItemRecommender;
  /** Whether it takes a `seed` that matters. Default true. */
  readonly isRandom?: boolean;
  /** Cases that the model cannot pass, by title, and why. */
  readonly skips?: Readonly<Record<string, string>>;
}

const SIZE = 20;
const users = Array.from({ length: SIZE }, (_, n) => `u${n}`);
const withheld = users.map((_, n) => `i${n}`);

/** Tests that a model keeps the contract of `Recommender`. */
export function recommenderContract(name: string, options: ContractOptions): void {
  for (const title of Object.keys(options.skips ?? {}))
    if (!Object.hasOwn(cases, title)) throw new Error(`no case is called "${title}"`);
  describe(`${name} keeps the contract of models: it`, () => {
    for (const [title, run] of Object.entries(cases)) {
      const reason = options.skips?.[title];
      if (reason === undefined) it(title, async () => run(options));
      else it.skip(`${title} (skipped: ${reason})`, () => undefined);
    }
  });
}

async function trained({ make }: ContractOptions, options?: object): Promise<UserItemRecommender> {
  return make(options).fit(checkerboard(SIZE));
}

const cases: Record<string, (options: ContractOptions) => void | Promise<void>> = {
  async "finds the withheld item of every user"(options) {
    const model = await trained(options);
    const rankings = model.recommendBatch(users, { k: 1, excludeSeen: true });
    expect(rankings.map(({ items }) => items[0])).toEqual(withheld);
    model.dispose();
  },

  async "finds it for histories of users it was not trained on"(options) {
    const data = checkerboard(SIZE);
    const model = await trained(options);
    const profiles = users.map((_, u) =>
      model.foldIn(Array.from(data.itemsOf(u), (i) => data.items.id(i))),
    );
    const rankings = model.recommendBatch(profiles, { k: 1, excludeSeen: true });
    expect(rankings.map(({ items }) => items[0])).toEqual(withheld);
    model.dispose();
  },

  async "refuses an empty history"(options) {
    const model = await trained(options);
    expectKithError(() => model.foldIn([]), /history/);
    model.dispose();
  },

  async "finds similar items of the same colour"(options) {
    const model = await trained(options);
    const { items, scores } = model.similarItems("i4", 5);
    expect(items).toHaveLength(5);
    expect(items.filter((item) => Number(String(item).slice(1)) % 2 === 1)).toEqual([]);
    expect(items).not.toContain("i4");
    expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
    expect(model.similarItems("i4", 1000).items.length).toBeLessThan(SIZE);
    expect(() => model.similarItems("no such item")).toThrow(UnknownIdError);
    for (const k of [0, -1, 2.5, Number.NaN])
      expect(() => model.similarItems("i4", k)).toThrow(OptionError);
    model.dispose();
  },

  async "explains by items of the history alone, most important first"(options) {
    const model = await trained(options);
    const profile = model.foldIn(["i1", "i3", "i7"]);
    const reasons = model.explain(profile, "i5");
    expect(reasons.map(({ item }) => item).sort()).toEqual(["i1", "i3", "i7"]);
    const weights = reasons.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    const score = model.scores(profile)[model.items.indexOf("i5")];
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(score, 4);
    const own = model.explain("u5", "i5").map(({ item }) => item);
    const history = withheld.filter((_, n) => n % 2 === 1 && n !== 5);
    expect(history).toEqual(expect.arrayContaining(own));
    expect(() => model.explain("u5", "no such item")).toThrow(UnknownIdError);
    model.dispose();
  },

  async "says of what it cannot do that it cannot"(options) {
    const model = await trained(options);
    for (const ask of [
      () => model.foldIn(["i1"]),
      () => model.similarItems("i1"),
      () => model.explain("u1", "i1"),
    ])
      expect(answerOrError(ask)).toBe("an answer, or a NotSupportedError");
    model.dispose();
  },

  async "gives the same file for the same seed, and another for another"(options) {
    const seeds = options.isRandom === false ? [undefined] : [{ seed: 7 }, { seed: 8 }];
    const files: Buffer[] = [];
    for (const seed of seeds) {
      const [first, second] = [await trained(options, seed), await trained(options, seed)];
      files.push(Buffer.from(first.save()));
      expect(Buffer.from(second.save()).equals(files[files.length - 1])).toBe(true);
      first.dispose();
      second.dispose();
    }
    if (files.length > 1) expect(files[1].equals(files[0])).toBe(false);
  },

  async "answers after load bit for bit as before save"(options) {
    const model = await trained(options);
    const file = model.save();
    for (const bytes of [file, Buffer.concat([Buffer.alloc(3), file]).subarray(3)]) {
      const loaded = options.load(bytes);
      expect(loaded.options).toEqual(model.options);
      expect(loaded.users.ids()).toEqual(model.users.ids());
      const queries = (of: UserItemRecommender) => [...users, of.foldIn(["i2", "i6"])];
      for (const excludeSeen of [false, true])
        expect(loaded.recommendBatch(queries(loaded), { k: SIZE, excludeSeen })).toEqual(
          model.recommendBatch(queries(model), { k: SIZE, excludeSeen }),
        );
      expect(loaded.scores("u3")).toEqual(model.scores("u3"));
      expect(Buffer.from(loaded.save()).equals(file)).toBe(true);
      loaded.dispose();
    }
    model.dispose();
  },

  async "refuses a file that is cut off, damaged or another model's"(options) {
    const model = await trained(options);
    const file = model.save();
    const before = heapInUse();
    for (let n = 0; n < 40; n++)
      expectKithError(() => options.load(file.subarray(0, Math.floor((file.length * n) / 40))));
    expect(() => options.load(file.subarray(0, file.length - 1))).toThrow(FormatError);
    expect(() => options.load(Buffer.concat([file, Buffer.alloc(1)]))).toThrow(FormatError);
    for (let at = 0; at < 400; at++) {
      const damaged = file.slice();
      damaged[at] ^= 0x55;
      loadOrRefuse(options, damaged);
    }
    const content = decodeModelFile(file);
    const stranger = encodeModelFile({ ...content, model: "SomethingElse" });
    expect(() => options.load(stranger)).toThrow(
      new RegExp(`${content.model}.*got a saved SomethingElse`),
    );
    for (const name of Object.keys(content.tensors)) {
      const { [name]: _, ...tensors } = content.tensors;
      expect(() => options.load(encodeModelFile({ ...content, tensors }))).toThrow(
        `the file has no tensor "${name}"`,
      );
    }
    const strange = encodeModelFile({ ...content, options: { noSuchOption: 1 } });
    expect(() => options.load(strange)).toThrow(/noSuchOption/);
    expect(heapInUse()).toBe(before);
    model.dispose();
  },

  "says that it was not fitted when asked too early"({ make }: ContractOptions) {
    const model = make();
    const asked: (() => unknown)[] = [
      () => model.scores("u1"),
      () => model.recommend("u1"),
      () => model.recommendBatch([]),
      () => model.foldIn(["i1"]),
      () => model.save(),
      () => model.items,
      () => model.users,
      () => model.seenItems("u1"),
    ];
    for (const ask of asked) expect(ask).toThrow(NotFittedError);
    for (const ask of [() => model.similarItems("i1"), () => model.explain("u1", "i1")])
      expectKithError(ask);
    model.dispose();
  },

  async "is not fitted any more after dispose, and can be trained again"(options) {
    const model = await trained(options);
    const file = model.save();
    model.dispose();
    model.dispose();
    expect(() => model.recommend("u1")).toThrow(NotFittedError);
    expect(() => model.recommend({ history: Uint32Array.of(1) })).toThrow(NotFittedError);
    await model.fit(checkerboard(SIZE));
    expect(Buffer.from(model.save()).equals(file)).toBe(true);
    model.dispose();
  },

  "names an option that does not exist"({ make }: ContractOptions) {
    expect(() => make({ noSuchOption: 1 })).toThrow(OptionError);
    expect(() => make({ noSuchOption: 1 })).toThrow(/option "noSuchOption" is unknown/);
  },

  async "names users and items that it does not know"(options) {
    const model = await trained(options);
    for (const ask of [
      () => model.scores("nobody"),
      () => model.recommend("nobody"),
      () => model.recommendBatch(["u1", "nobody"]),
    ])
      expect(ask).toThrow(/user "nobody" is unknown/);
    for (const ask of [
      () => model.foldIn(["i1", "nothing"]),
      () => model.recommend("u1", { exclude: ["nothing"] }),
      () => model.recommend("u1", { allow: ["nothing"] }),
    ])
      expect(ask).toThrow(/item "nothing" is unknown/);
    const foreign = { history: Uint32Array.of(3, SIZE) };
    expectKithError(() => model.recommend(foreign, { excludeSeen: true }));
    expectKithError(() => model.scores(foreign));
    model.dispose();
  },

  async "refuses a k that is no count, and gives all items for a large one"(
    options: ContractOptions,
  ) {
    const model = await trained(options);
    for (const k of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => model.recommend("u1", { k })).toThrow(/option "k"/);
    const all = model.recommend("u1", { k: 1e6 });
    expect([...all.items].sort()).toEqual([...withheld].sort());
    expectDescending(all);
    expect(model.recommend("u1", { k: 1e6, excludeSeen: true }).items).toHaveLength(
      SIZE - (SIZE / 2 - 1),
    );
    expect(model.recommend("u1").items).toHaveLength(10);
    model.dispose();
  },

  async "leaves out what it is told to, and allows only what it is told to"(
    options: ContractOptions,
  ) {
    const model = await trained(options);
    const seen = Array.from(model.seenItems("u4"), (item) => model.items.id(item));
    expect(seen.sort()).toEqual(withheld.filter((_, n) => n % 2 === 0 && n !== 4).sort());
    const all = model.recommend("u4", { k: SIZE });
    const without = (out: unknown[]) => all.items.filter((item) => !out.includes(item));
    const ask = (more: object) => model.recommend("u4", { k: SIZE, ...more }).items;
    expect(ask({ excludeSeen: true })).toEqual(without(seen));
    expect(ask({ exclude: ["i7", "i4", "i7"] })).toEqual(without(["i7", "i4"]));
    expect(ask({ exclude: new Set(["i4"]), excludeSeen: true })).toEqual(without([...seen, "i4"]));
    const allow = ["i9", "i2", "i4"];
    expect(ask({ allow })).toEqual(all.items.filter((item) => allow.includes(String(item))));
    expect(ask({ allow, exclude: ["i9"], excludeSeen: true })).toEqual(["i4"]);
    expect(ask({ allow: [] })).toEqual([]);
    model.dispose();
  },

  async "answers a batch as it answers one by one"(options) {
    const model = await trained(options);
    const queries: UserQuery[] = Array.from({ length: 110 }, (_, n) =>
      n % 3 === 0 ? model.foldIn([`i${n % SIZE}`, "i5"]) : `u${n % SIZE}`,
    );
    const one = queries.map((query) => model.recommend(query, { k: 7, excludeSeen: true }));
    expect(model.recommendBatch(queries, { k: 7, excludeSeen: true })).toEqual(one);
    expect(model.recommendBatch([])).toEqual([]);
    model.dispose();
  },

  async "gives the scores that it ranks by"(options) {
    const model = await trained(options);
    const scores = model.scores("u6");
    expect(scores).toHaveLength(SIZE);
    const { items, scores: ranked } = model.recommend("u6", { k: SIZE });
    items.forEach((item, place) => {
      expect(ranked[place]).toBeCloseTo(scores[model.items.indexOf(item)], 5);
    });
    model.dispose();
  },

  async "does not care what users and items are called"(options) {
    const names = (prefix: string) => (n: number) => `${prefix} ${(n * 7919) % 1009} 漢字🙂\u0301`;
    const [user, item] = [names("ü"), names("ï")];
    const model = await trained(options);
    const renamed = await options.make().fit(checkerboard(SIZE, user, item));
    for (let u = 0; u < SIZE; u++) {
      const [a, b] = [model.recommend(`u${u}`), renamed.recommend(user(u))];
      expect(b.items).toEqual(a.items.map((id) => item(Number(String(id).slice(1)))));
      expect(b.scores).toEqual(a.scores);
    }
    model.dispose();
    renamed.dispose();
  },

  async "finds the withheld items in whatever order the rows come"(options) {
    const data = checkerboard(SIZE);
    const order = Uint32Array.from({ length: data.length }, (_, n) => (n * 77 + 5) % data.length);
    expect(new Set(order).size).toBe(data.length);
    const rows = Array.from(data.select(order).rows());
    const model = await options.make().fit(Interactions.from(rows));
    const rankings = model.recommendBatch(users, { k: 1, excludeSeen: true });
    expect(rankings.map(({ items }) => items[0])).toEqual(withheld);
    model.dispose();
  },

  async "does not change its data"(options) {
    const data = checkerboard(SIZE);
    const [hash, items] = [data.hash(), data.byUser().items.slice()];
    const model = await options.make().fit(data);
    model.recommendBatch(users, { excludeSeen: true });
    model.dispose();
    expect(data.hash()).toBe(hash);
    expect(data.byUser().items).toEqual(items);
  },

  async "stops when the signal aborts"(options) {
    const reason = new Error("enough");
    const before = heapInUse();
    const early = options.make();
    const aborted = AbortSignal.abort(reason);
    await expect(early.fit(checkerboard(SIZE), { signal: aborted })).rejects.toBe(reason);
    early.dispose();
    const controller = new AbortController();
    const model = options.make();
    const seen: number[] = [];
    const training = model.fit(checkerboard(SIZE), {
      signal: controller.signal,
      onEpoch({ epoch, epochs }) {
        seen.push(epochs);
        if (epoch === 1) controller.abort(reason);
      },
    });
    const result = await training.catch((error: unknown) => error);
    expect(result).toBe(seen[0] === 1 ? model : reason);
    expect(seen).toHaveLength(1);
    model.dispose();
    expect(heapInUse()).toBe(before);
  },

  async "can be used when its training is left early"(options) {
    const before = heapInUse();
    const model = options.make();
    for await (const { epoch, epochs, loss, seconds } of model.train(checkerboard(SIZE))) {
      expect(epoch).toBe(1);
      expect(epochs).toBeGreaterThanOrEqual(1);
      expect(Number.isFinite(loss)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(0);
      break;
    }
    expect(model.recommend("u1", { k: 3 }).items).toHaveLength(3);
    model.dispose();
    expect(heapInUse()).toBe(before);
  },

  async "frees its memory"(options) {
    (await trained(options)).dispose(); // the kernels take theirs on first use
    const before = heapInUse();
    for (let n = 0; n < 3; n++) {
      const model = await trained(options);
      model.recommendBatch(users);
      const loaded = options.load(model.save());
      loaded.recommend("u1");
      loaded.dispose();
      model.dispose();
    }
    expect(heapInUse()).toBe(before);
  },

  async "refuses data without interactions"({ make }) {
    const before = heapInUse();
    await expectRefusal(make(), Interactions.from([]));
    expect(heapInUse()).toBe(before);
  },

  async "keeps nothing of an earlier training when it refuses data"(options) {
    const model = await trained(options);
    const earlier = model.recommend("u1", { excludeSeen: true });
    await expectRefusal(model, Interactions.from([]));
    try {
      expect(model.recommend("u1", { excludeSeen: true })).toEqual(earlier); // the earlier model, whole,
    } catch (error) {
      expect(error).toBeInstanceOf(NotFittedError); // or none
    }
    model.dispose();
  },

  async "takes one user, one item, duplicates and any Unicode, or says why not"(
    options: ContractOptions,
  ) {
    (await trained(options)).dispose();
    const before = heapInUse();
    const strange = ["a\u0301", "á", "𝕏", " ", "\t", "__proto__", "constructor", "0", "﷽"];
    const sets: Record<string, [string, string][]> = {
      "one user": [1, 2, 3].map((n) => ["u", `i${n}`]),
      "one item": [1, 2, 3].map((n) => [`u${n}`, "i"]),
      "one pair": [["u", "i"]],
      "two pairs": [
        ["u", "i"],
        ["v", "j"],
      ],
      duplicates: Array.from({ length: 40 }, (_, n) => [`u${n % 4}`, `i${n % 6}`]),
      unicode: strange.flatMap((user, n) =>
        [0, 1, 2].map((m): [string, string] => [user, strange[(n + m) % strange.length]]),
      ),
    };
    for (const [what, pairs] of Object.entries(sets)) {
      const data = Interactions.from(pairs);
      const model = options.make();
      try {
        await model.fit(data);
      } catch (error) {
        expect(error).toBeInstanceOf(KithError);
        expect(["one user", "one item", "one pair"]).toContain(what);
        continue;
      }
      const [first] = pairs[0];
      const { items } = model.recommend(first, { k: 100 });
      expect(new Set(items).size).toBe(data.items.size);
      const loaded = options.load(model.save());
      expect(loaded.recommend(first, { k: 100 })).toEqual(model.recommend(first, { k: 100 }));
      loaded.dispose();
      model.dispose();
    }
    expect(heapInUse()).toBe(before);
  },

  async "answers for a user and of an item without interactions"(options) {
    const data = checkerboard(SIZE);
    const fewer = data.select((row) => data.users.id(data.user[row]) !== "u8");
    const rows = data.select((row) => data.items.id(data.item[row]) !== "i9");
    for (const some of [fewer, rows]) {
      const model = await options.make().fit(some);
      const { items, scores } = model.recommend("u8", { k: SIZE, excludeSeen: true });
      expect(items.length).toBeGreaterThan(SIZE / 2);
      expect(scores.every(Number.isFinite)).toBe(true);
      expect(model.scores("u1").every(Number.isFinite)).toBe(true);
      model.dispose();
    }
  },
};

function expectDescending({ scores }: Ranking): void {
  expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
}

function expectKithError(act: () => unknown, message: RegExp = /./): void {
  let error: unknown;
  try {
    act();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(KithError);
  expect((error as Error).message).toMatch(message);
}

async function expectRefusal(model: UserItemRecommender, data: Interactions): Promise<void> {
  const error: unknown = await model.fit(data).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KithError);
  expect((error as Error).message).toContain(model.name);
}

/** A file may still be whole after a change, such as of a letter in an id; then its model works. */
function loadOrRefuse({ load }: ContractOptions, file: Uint8Array): void {
  let model: UserItemRecommender;
  try {
    model = load(file);
  } catch (error) {
    expect(error).toBeInstanceOf(KithError);
    return;
  }
  model.recommend(model.users.id(0));
  model.dispose();
}

function answerOrError(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (!(error instanceof NotSupportedError)) return String(error);
    expect(error.message.length).toBeGreaterThan(30);
  }
  return "an answer, or a NotSupportedError";
}
