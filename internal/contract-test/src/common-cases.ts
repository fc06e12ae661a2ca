import {
  FormatError,
  KithError,
  NotFittedError,
  NotSupportedError,
  OptionError,
  UnknownIdError,
} from "@kith/core-tensors";
import type { Id, Vocabulary } from "@kith/data";
import { decodeModelFile, encodeModelFile, type Recommender } from "@kith/recommender";
import { answerOrError, expectDescending, expectKithError, expectRefusal } from "./expectations.ts";
import { heapInUse } from "./heap-in-use.ts";
import type { Cases } from "./run-cases.ts";

/** How many items there are, i0 …, and things that can be asked about. */
export const SIZE = 20;
export const items: readonly string[] = Array.from({ length: SIZE }, (_, n) => `i${n}`);

/** How to call number n of what has a prefix: "u" for users, "i" for items. */
export type Naming = (prefix: string, n: number) => string;
export const plainly: Naming = (prefix, n) => `${prefix}${n}`;

/** What differs between the models that learn from users × items and those that learn from items. */
export interface Family<Data extends { readonly items: Vocabulary }, Query> {
  make(options?: object): Recommender<Data, Query, unknown>;
  load(file: Uint8Array): Recommender<Data, Query, unknown>;
  readonly isRandom: boolean;
  /** Prefix of the ids that can be asked about. */
  readonly prefix: "u" | "i";
  /** The planted structure of 20 items, even ones apart from odd ones. */
  data(naming?: Naming): Data;
  empty(): Data;
  /** Small and odd data by what they are; an error may be the answer to those that `mayRefuse` names. */
  strange(): Readonly<Record<string, Data>>;
  readonly mayRefuse: readonly string[];
  /** An id that can be asked about, as a query. */
  query(id: Id): Query;
  /** A query for dense numbers of items, as `foldIn` makes it. */
  folded(numbers: Uint32Array): Query;
  /** What the query number 4 already has. */
  readonly seenBy4: readonly string[];
  /** All ids that a model knows. */
  ids(model: Recommender<Data, Query, unknown>): Id[][];
  /** All that data consist of, as it is now. */
  content(data: Data): unknown;
}

/** Whatever the family. */
// biome-ignore lint/suspicious/noExplicitAny: cases take the data and queries of a family from it, and hand them back to it
type AnyFamily = Family<any, any>;

function ask(family: AnyFamily, n: number): unknown {
  return family.query(plainly(family.prefix, n));
}

const all = Array.from({ length: SIZE }, (_, n) => n);

async function trained(family: AnyFamily, options?: object) {
  return family.make(options).fit(family.data());
}

/** What every model does. */
export const commonCases: Cases<AnyFamily> = {
  async "refuses an empty history"(family) {
    const model = await trained(family);
    expectKithError(() => model.foldIn([]), /history/);
    model.dispose();
  },

  async "finds similar items of the same colour"(family) {
    const model = await trained(family);
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

  async "gives the vectors by which it compares items, or says that it has none"(family) {
    const model = await trained(family);
    let found: ReturnType<typeof model.itemEmbeddings> | undefined;
    try {
      found = model.itemEmbeddings();
    } catch (error) {
      expect(error).toBeInstanceOf(NotSupportedError);
    }
    if (found) {
      const { data } = found;
      const [count, dim] = found.shape;
      expect([count, data.length]).toEqual([SIZE, SIZE * dim]);
      const vector = (id: Id) => {
        const row = model.items.indexOf(id);
        return data.subarray(row * dim, (row + 1) * dim);
      };
      const cosine = (a: Id, b: Id) => vector(a).reduce((sum, x, d) => sum + x * vector(b)[d], 0);
      for (const item of items) expect(cosine(item, item)).toBeCloseTo(1, 4);
      const [best] = model.similarItems("i4", 1).items;
      for (const item of items)
        if (item !== "i4") expect(cosine("i4", item)).toBeLessThan(cosine("i4", best) + 1e-4);
    }
    model.dispose();
  },

  async "says of what it cannot do that it cannot"(family) {
    const model = await trained(family);
    for (const act of [
      () => model.foldIn(["i1"]),
      () => model.similarItems("i1"),
      () => model.explain(ask(family, 1), "i1"),
    ])
      expect(answerOrError(act)).toBe("an answer, or a NotSupportedError");
    model.dispose();
  },

  async "gives the same file for the same seed, and another for another"(family) {
    const seeds = family.isRandom ? [{ seed: 7 }, { seed: 8 }] : [undefined];
    const files: Buffer[] = [];
    for (const seed of seeds) {
      const [first, second] = [await trained(family, seed), await trained(family, seed)];
      files.push(Buffer.from(first.save()));
      expect(Buffer.from(second.save()).equals(files[files.length - 1])).toBe(true);
      first.dispose();
      second.dispose();
    }
    const [one, another] = files.map((file) => decodeModelFile(file).tensors);
    if (another) expect(another).not.toEqual(one);
  },

  async "answers after load bit for bit as before save"(family) {
    const model = await trained(family);
    const file = model.save();
    for (const bytes of [file, Buffer.concat([Buffer.alloc(3), file]).subarray(3)]) {
      const loaded = family.load(bytes);
      expect(loaded.options).toEqual(model.options);
      expect(family.ids(loaded)).toEqual(family.ids(model));
      const queries = (of: typeof model) => [
        ...all.map((n) => ask(family, n)),
        of.foldIn(["i2", "i6"]),
      ];
      for (const excludeSeen of [false, true])
        expect(loaded.recommendBatch(queries(loaded), { k: SIZE, excludeSeen })).toEqual(
          model.recommendBatch(queries(model), { k: SIZE, excludeSeen }),
        );
      expect(loaded.scores(ask(family, 3))).toEqual(model.scores(ask(family, 3)));
      expect(Buffer.from(loaded.save()).equals(file)).toBe(true);
      loaded.dispose();
    }
    model.dispose();
  },

  async "refuses a file that is cut off, damaged or another model's"(family) {
    const model = await trained(family);
    const file = model.save();
    const before = heapInUse();
    for (let n = 0; n < 40; n++)
      expectKithError(() => family.load(file.subarray(0, Math.floor((file.length * n) / 40))));
    expect(() => family.load(file.subarray(0, file.length - 1))).toThrow(FormatError);
    expect(() => family.load(Buffer.concat([file, Buffer.alloc(1)]))).toThrow(FormatError);
    for (let at = 0; at < 400; at++) {
      const damaged = file.slice();
      damaged[at] ^= 0x55;
      loadOrRefuse(family, damaged);
    }
    const content = decodeModelFile(file);
    const stranger = encodeModelFile({ ...content, model: "SomethingElse" });
    expect(() => family.load(stranger)).toThrow(
      new RegExp(`${content.model}.*got a saved SomethingElse`),
    );
    for (const name of Object.keys(content.tensors)) {
      const { [name]: _, ...tensors } = content.tensors;
      expect(() => family.load(encodeModelFile({ ...content, tensors }))).toThrow(
        `the file has no tensor "${name}"`,
      );
    }
    const strange = encodeModelFile({ ...content, options: { noSuchOption: 1 } });
    expect(() => family.load(strange)).toThrow(/noSuchOption/);
    expect(heapInUse()).toBe(before);
    model.dispose();
  },

  "says that it was not fitted when asked too early"(family) {
    const model = family.make();
    const query = ask(family, 1);
    const asked: (() => unknown)[] = [
      () => model.scores(query),
      () => model.recommend(query),
      () => model.recommendBatch([]),
      () => model.foldIn(["i1"]),
      () => model.save(),
      () => model.items,
      () => model.seenItems(query),
      () => family.ids(model),
    ];
    for (const act of asked) expect(act).toThrow(NotFittedError);
    for (const act of [() => model.similarItems("i1"), () => model.explain(query, "i1")])
      expectKithError(act);
    model.dispose();
  },

  async "is not fitted any more after dispose, and can be trained again"(family) {
    const model = await trained(family);
    const file = model.save();
    model.dispose();
    model.dispose();
    expect(() => model.recommend(ask(family, 1))).toThrow(NotFittedError);
    expect(() => model.recommend(family.folded(Uint32Array.of(1)))).toThrow(NotFittedError);
    await model.fit(family.data());
    expect(Buffer.from(model.save()).equals(file)).toBe(true);
    model.dispose();
  },

  "names an option that does not exist"({ make }) {
    expect(() => make({ noSuchOption: 1 })).toThrow(OptionError);
    expect(() => make({ noSuchOption: 1 })).toThrow(/option "noSuchOption" is unknown/);
  },

  async "names users and items that it does not know"(family) {
    const model = await trained(family);
    const nobody = family.query("nobody");
    for (const act of [
      () => model.scores(nobody),
      () => model.recommend(nobody),
      () => model.recommendBatch([ask(family, 1), nobody]),
    ])
      expect(act).toThrow(/(user|item) "nobody" is unknown/);
    for (const act of [
      () => model.foldIn(["i1", "nothing"]),
      () => model.recommend(ask(family, 1), { exclude: ["nothing"] }),
      () => model.recommend(ask(family, 1), { allow: ["nothing"] }),
    ])
      expect(act).toThrow(/item "nothing" is unknown/);
    const foreign = family.folded(Uint32Array.of(3, SIZE));
    expectKithError(() => model.recommend(foreign, { excludeSeen: true }));
    expectKithError(() => model.scores(foreign));
    model.dispose();
  },

  async "refuses a k that is no count, and gives all items for a large one"(family) {
    const model = await trained(family);
    const query = ask(family, 4);
    for (const k of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => model.recommend(query, { k })).toThrow(/option "k"/);
    const ranking = model.recommend(query, { k: 1e6 });
    expect([...ranking.items].sort()).toEqual([...items].sort());
    expectDescending(ranking);
    expect(model.recommend(query, { k: 1e6, excludeSeen: true }).items).toHaveLength(
      SIZE - family.seenBy4.length,
    );
    expect(model.recommend(query).items).toHaveLength(10);
    model.dispose();
  },

  async "leaves out what it is told to, and allows only what it is told to"(family) {
    const model = await trained(family);
    const query = ask(family, 4);
    const seen = Array.from(model.seenItems(query), (item) => model.items.id(item));
    expect(seen.sort()).toEqual([...family.seenBy4].sort());
    const ranking = model.recommend(query, { k: SIZE });
    const without = (out: unknown[]) => ranking.items.filter((item) => !out.includes(item));
    const got = (more: object) => model.recommend(query, { k: SIZE, ...more }).items;
    expect(got({ excludeSeen: true })).toEqual(without(seen));
    expect(got({ exclude: ["i7", "i4", "i7"] })).toEqual(without(["i7", "i4"]));
    expect(got({ exclude: new Set(["i4"]), excludeSeen: true })).toEqual(without([...seen, "i4"]));
    const allow = ["i9", "i2", "i4"];
    expect(got({ allow })).toEqual(ranking.items.filter((item) => allow.includes(String(item))));
    const left = allow.filter((item) => item !== "i9" && !seen.includes(item));
    expect(got({ allow, exclude: ["i9"], excludeSeen: true })).toEqual(left);
    expect(got({ allow: [] })).toEqual([]);
    model.dispose();
  },

  async "answers a batch as it answers one by one"(family) {
    const model = await trained(family);
    const queries = Array.from({ length: 110 }, (_, n) =>
      n % 3 === 0 ? model.foldIn([`i${n % SIZE}`, "i5"]) : ask(family, n % SIZE),
    );
    const one = queries.map((query) => model.recommend(query, { k: 7, excludeSeen: true }));
    expect(model.recommendBatch(queries, { k: 7, excludeSeen: true })).toEqual(one);
    expect(model.recommendBatch([])).toEqual([]);
    model.dispose();
  },

  async "gives the scores that it ranks by"(family) {
    const model = await trained(family);
    const scores = model.scores(ask(family, 6));
    expect(scores).toHaveLength(SIZE);
    const { items, scores: ranked } = model.recommend(ask(family, 6), { k: SIZE });
    items.forEach((item, place) => {
      expect(ranked[place]).toBeCloseTo(scores[model.items.indexOf(item)], 5);
    });
    model.dispose();
  },

  async "does not care what users and items are called"(family) {
    const naming: Naming = (prefix, n) =>
      `${prefix === "u" ? "ü" : "ï"} ${(n * 7919) % 1009} 漢字🙂\u0301`;
    const model = await trained(family);
    const renamed = await family.make().fit(family.data(naming));
    for (const n of all) {
      const a = model.recommend(ask(family, n));
      const b = renamed.recommend(family.query(naming(family.prefix, n)));
      expect(b.items).toEqual(a.items.map((id) => naming("i", Number(String(id).slice(1)))));
      expect(b.scores).toEqual(a.scores);
    }
    model.dispose();
    renamed.dispose();
  },

  async "does not change its data"(family) {
    const data = family.data();
    const before = family.content(data);
    const model = await family.make().fit(data);
    model.recommendBatch(
      all.map((n) => ask(family, n)),
      { excludeSeen: true },
    );
    model.dispose();
    expect(family.content(data)).toEqual(before);
  },

  async "stops when the signal aborts"(family) {
    const reason = new Error("enough");
    const before = heapInUse();
    const early = family.make();
    const aborted = AbortSignal.abort(reason);
    await expect(early.fit(family.data(), { signal: aborted })).rejects.toBe(reason);
    early.dispose();
    const controller = new AbortController();
    const model = family.make();
    const seen: number[] = [];
    const training = model.fit(family.data(), {
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

  async "can be used when its training is left early"(family) {
    const before = heapInUse();
    const model = family.make();
    for await (const { epoch, epochs, loss, seconds } of model.train(family.data())) {
      expect(epoch).toBe(1);
      expect(epochs).toBeGreaterThanOrEqual(1);
      expect(Number.isFinite(loss)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(0);
      break;
    }
    expect(model.recommend(ask(family, 1), { k: 3 }).items).toHaveLength(3);
    model.dispose();
    expect(heapInUse()).toBe(before);
  },

  async "frees its memory"(family) {
    (await trained(family)).dispose(); // the kernels take theirs on first use
    const before = heapInUse();
    for (let n = 0; n < 3; n++) {
      const model = family.make();
      for await (const _ of model.train(family.data()))
        model.recommendBatch(all.map((m) => ask(family, m)));
      answerOrError(() => model.similarItems("i1"));
      const loaded = family.load(model.save());
      loaded.recommend(ask(family, 1));
      loaded.dispose();
      model.dispose();
    }
    expect(heapInUse()).toBe(before);
  },

  async "refuses data without interactions"(family) {
    const before = heapInUse();
    await expectRefusal(family.make(), family.empty());
    expect(heapInUse()).toBe(before);
  },

  async "keeps nothing of an earlier training when it refuses data"(family) {
    const model = await trained(family);
    const query = ask(family, 1);
    const earlier = model.recommend(query, { excludeSeen: true });
    await expectRefusal(model, family.empty());
    try {
      expect(model.recommend(query, { excludeSeen: true })).toEqual(earlier); // the earlier model, whole,
    } catch (error) {
      expect(error).toBeInstanceOf(NotFittedError); // or none
    }
    model.dispose();
  },

  async "takes one user, one item, duplicates and any Unicode, or says why not"(family) {
    (await trained(family)).dispose();
    const before = heapInUse();
    for (const [what, data] of Object.entries(family.strange())) {
      const model = family.make();
      try {
        await model.fit(data);
      } catch (error) {
        expect(error).toBeInstanceOf(KithError);
        expect(family.mayRefuse).toContain(what);
        continue;
      }
      const first = family.query(family.ids(model)[0][0]);
      const ranking = model.recommend(first, { k: 100 });
      expect(new Set(ranking.items).size).toBe(data.items.size);
      expect(ranking.scores.every(Number.isFinite)).toBe(true);
      const loaded = family.load(model.save());
      expect(loaded.recommend(first, { k: 100 })).toEqual(ranking);
      loaded.dispose();
      model.dispose();
    }
    expect(heapInUse()).toBe(before);
  },
};

/** A file may still be whole after a change, such as of a letter in an id; then its model works. */
function loadOrRefuse(family: AnyFamily, file: Uint8Array): void {
  let model: Recommender<unknown, unknown, unknown>;
  try {
    model = family.load(file);
  } catch (error) {
    expect(error).toBeInstanceOf(KithError);
    return;
  }
  model.recommend(family.query(family.ids(model)[0][0]));
  model.dispose();
}

/** Ids that were difficult somewhere. */
export const strangeIds: readonly string[] = [
  "a\u0301",
  "á",
  "𝕏",
  " ",
  "\t",
  "__proto__",
  "constructor",
  "0",
  "﷽",
];
