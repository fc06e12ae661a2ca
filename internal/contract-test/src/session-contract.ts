import { KithError, OptionError, UnknownIdError } from "@kith/core-tensors";
import { type Id, Sequences } from "@kith/data";
import { evaluateNextItem, type SessionQuery, type SessionRecommender } from "@kith/recommender";
import { commonCases, type Family, plainly, SIZE, strangeIds } from "./common-cases.ts";
import { type Cases, runCases } from "./run-cases.ts";

/** What is to be tested. */
export interface SessionContractOptions {
  /** A new model that learns the sessions of `stairs`, with these options beside its own. */
  readonly make: (options?: object) => SessionRecommender;
  /** The model's static `load`. */
  readonly load: (file: Uint8Array) => SessionRecommender;
  /** Whether it takes a `seed` that matters. Default true. */
  readonly isRandom?: boolean;
  /** Whether training can be interrupted and resumed. Default true. */
  readonly makesCheckpoints?: boolean;
  /** Cases that the model cannot pass, by title, and why. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** Tests that a model of sessions keeps the contract of `Recommender`. */
export function sessionRecommenderContract(name: string, options: SessionContractOptions): void {
  const { make, load, isRandom = true, makesCheckpoints = true, skips } = options;
  const family: SessionFamily = { ...sessions, make, load, isRandom, makesCheckpoints };
  runCases(name, { ...sessionCases, ...commonCases }, family, skips);
}

/** Sessions that go up by twos: even items follow even ones, odd items odd ones, and after the last comes the first. */
export function stairs(size: number, item: (n: number) => string = (n) => `i${n}`): Sequences {
  return Sequences.from(
    Array.from({ length: 4 * size }, (_, s) =>
      Array.from({ length: 2 + (s % 4) }, (_, n) => item((s + 2 * n) % size)),
    ),
  );
}

interface SessionFamily extends Family<Sequences, SessionQuery> {
  make(options?: object): SessionRecommender;
  load(file: Uint8Array): SessionRecommender;
  readonly makesCheckpoints: boolean;
}

const sessions: Omit<SessionFamily, "make" | "load" | "isRandom" | "makesCheckpoints"> = {
  prefix: "i",
  data: (naming = plainly) => stairs(SIZE, (n) => naming("i", n)),
  empty: () => Sequences.from([]),
  strange: () => ({
    "one click": Sequences.from([["a"]]),
    "sessions of one click": Sequences.from([["a"], ["b"], []]),
    "one item again and again": Sequences.from([["a", "a", "a"]]),
    "one session": Sequences.from([["a", "b"]]),
    "two sessions": Sequences.from([
      ["a", "b"],
      ["c", "d", "a"],
    ]),
    "empty sessions and single clicks among others": Sequences.from([
      [],
      ["a"],
      ["b", "c"],
      [],
      ["c", "b", "a"],
    ]),
    duplicates: Sequences.from(Array.from({ length: 40 }, (_, n) => [`i${n % 4}`, `i${n % 6}`])),
    "numbers for ids": Sequences.from([
      [7, 0, -1.5],
      [0, 7],
    ]),
    unicode: Sequences.from([[...strangeIds], [...strangeIds].reverse()]),
  }),
  mayRefuse: ["one click", "sessions of one click", "one session", "one item again and again"],
  query: (id: Id) => [id],
  folded: (numbers) => [`i${numbers[numbers.length - 1]}`],
  seenBy4: ["i4"],
  ids: (model) => [model.items.ids()],
  content: (data) => data.hash(),
};

const after = (n: number, steps = 1) => `i${(n + 2 * steps) % SIZE}`;
const all = Array.from({ length: SIZE }, (_, n) => n);

const sessionCases: Cases<SessionFamily> = {
  async "foretells the next item"({ make, data }) {
    const model = await make().fit(data());
    const { metrics, events, sessions } = await evaluateNextItem(model, data(), {
      metrics: ["recall@1", "mrr@20"],
    });
    expect([events, sessions]).toEqual([10 * SIZE, 4 * SIZE]);
    expect(metrics["recall@1"]).toBeGreaterThan(0.95);
    for (const n of all) expect(model.recommend([`i${n}`], { k: 1 }).items).toEqual([after(n)]);
    model.dispose();
  },

  async "answers a session that is followed click by click as it answers the whole"({
    make,
    data,
  }) {
    const model = await make().fit(data());
    const session = model.session();
    const clicks: string[] = [];
    for (const item of ["i3", "i5", "i5", "i8", "i0", "i2", "i19"]) {
      expect(session.next(item)).toBe(true);
      clicks.push(item);
      expect(session.clicks).toBe(clicks.length);
      for (const options of [{ k: SIZE }, { k: 5, excludeSeen: true, exclude: ["i7"] }]) {
        const [step, whole] = [session.recommend(options), model.recommend(clicks, options)];
        expect(step.items).toEqual(whole.items);
        step.scores.forEach((score, n) => {
          expect(score).toBeCloseTo(whole.scores[n], 4);
        });
      }
    }
    const other = model.session(); // which knows nothing of the first
    other.next("i3");
    expect(other.recommend()).toEqual(model.recommend(["i3"]));
    model.dispose();
  },

  async "answers sessions of one click and of ten thousand"({ make, data }) {
    const model = await make().fit(data());
    const long = Array.from({ length: 10_000 }, (_, n) => `i${(2 * n) % SIZE}`);
    const session = model.session();
    for (const item of long) session.next(item);
    expect(session.clicks).toBe(10_000);
    const [short, whole] = [
      model.recommend(["i18"], { k: SIZE }),
      model.recommend(long, { k: SIZE }),
    ];
    for (const { items, scores } of [short, whole, session.recommend({ k: SIZE })]) {
      expect([...items].sort()).toEqual([...model.items.ids()].sort());
      expect(scores.every(Number.isFinite)).toBe(true);
    }
    expect(session.recommend({ k: SIZE }).items).toEqual(whole.items);
    const { events } = await evaluateNextItem(model, Sequences.from([long, ["i1", "i3"]]));
    expect(events).toBe(10_000);
    model.dispose();
  },

  async "passes over items of a session that it does not know, and says so when it knows none"({
    make,
    data,
  }) {
    const model = await make().fit(data());
    expect(model.recommend(["nothing", "i3", "nobody", "i5", "nothing"])).toEqual(
      model.recommend(["i3", "i5"]),
    );
    expect(() => model.recommend(["nothing", "nobody"])).toThrow(UnknownIdError);
    expect(() => model.recommend(["nothing", "nobody"])).toThrow(
      /item "nothing" is unknown.*the model knows 20 items, and none of this session of 2/,
    );
    const session = model.session();
    expect(() => session.recommend()).toThrow(/no click on an item that the model knows yet/);
    expect(session.next("nothing")).toBe(false);
    expect(() => session.recommend()).toThrow(KithError);
    session.next("i3");
    expect(session.next("nobody")).toBe(false);
    expect(session.clicks).toBe(1);
    expect(session.recommend()).toEqual(model.recommend(["i3"]));
    model.dispose();
  },

  async "refuses a session that is no list, or empty"({ make, data }) {
    const model = await make().fit(data());
    expect(() => model.recommend("i3" as never)).toThrow(/did you mean \["i3"\]/);
    expect(() => model.recommend(7 as never)).toThrow(OptionError);
    expect(() => model.recommend(undefined as never)).toThrow(OptionError);
    expect(() => model.recommend([])).toThrow(/at least one item is needed/);
    expect(() => model.foldIn("i3")).toThrow(/did you mean \["i3"\]/);
    expect(model.foldIn(new Set(["i3", "i5"]))).toEqual(["i3", "i5"]);
    model.dispose();
  },

  async "is measured as it ranks, for every event and whatever comes before it"({ make, data }) {
    const model = await make().fit(data());
    const lists = [
      ["i3", "i5", "i6", "i6", "i8"],
      ["nothing", "i1", "nobody", "i2"],
      ["i9"],
      [],
      ["nobody", "i4"],
      ["i0", "i2", "i4", "i6", "i8", "i10", "i12"],
    ];
    const test = Sequences.from(lists);
    for (const ties of ["pessimistic", "optimistic", "mean"] as const) {
      const result = await evaluateNextItem(model, test, { metrics: ["mrr@20", "recall@5"], ties });
      const expected: number[] = [];
      for (const list of lists) {
        const known = list.filter((item) => model.items.has(item));
        for (let t = 1; t < known.length; t++) {
          const scores = model.scores(known.slice(0, t));
          const target = scores[model.items.indexOf(known[t])];
          const above = scores.filter((score) => score > target).length;
          const tied = scores.filter((score) => score === target).length - 1;
          expected.push(1 + above + { pessimistic: tied, optimistic: 0, mean: tied / 2 }[ties]);
        }
      }
      expect(Array.from(result.perEvent["mrr@20"], (value) => 1 / value)).toEqual(
        expected.map((rank) => expect.closeTo(rank, 6)),
      );
      expect(result.metrics["recall@5"]).toBeCloseTo(
        expected.filter((rank) => rank <= 5).length / expected.length,
        12,
      );
      expect(result).toMatchObject({
        events: 11,
        sessions: 3,
        unknownItems: 3,
        sessionsLeftOut: 3,
      });
    }
    model.dispose();
  },

  async "is measured while it trains, and refuses what could not be before"({ make, data }) {
    const model = make();
    const measured: unknown[] = [];
    await model.fit(data(), {
      validation: { data: data() },
      onEpoch: ({ validation }) => void measured.push(validation),
    });
    expect(Object.keys(model.metrics)).toEqual(["recall@20", "mrr@20"]);
    expect(measured[measured.length - 1]).toEqual(model.metrics);
    expect(model.metrics).toEqual((await evaluateNextItem(model, data())).metrics);
    await expect(
      model.fit(data(), { validation: { data: data(), metrics: ["coverage@5"] } }),
    ).rejects.toThrow(OptionError);
    model.dispose();
  },

  async "ends a session whose model has been trained again"({ make, data }) {
    const model = await make().fit(data());
    const session = model.session();
    session.next("i3");
    const again = data();
    for (let n = 0; n < 2; n++) {
      await model.fit(again);
      expect(() => session.next("i5")).toThrow(/was trained again since this session began/);
      expect(() => session.recommend()).toThrow(/was trained again/);
    }
    const another = model.session();
    another.next("i3");
    await model.fit(again); // the same data, and so the same vocabulary
    expect(() => another.recommend()).toThrow(/was trained again/);
    model.dispose();
    expect(() => another.next("i5")).toThrow(KithError);
  },

  async "goes on from a checkpoint as if nothing had happened, or says that it makes none"({
    make,
    data,
    makesCheckpoints,
  }) {
    if (!makesCheckpoints) {
      const resumeFrom = new Uint8Array(8);
      await expect(make().fit(data(), { resumeFrom })).rejects.toThrow(/it makes no checkpoints/);
      return;
    }
    const whole = await make().fit(data());
    const controller = new AbortController();
    const files: Uint8Array[] = [];
    let steps = 0;
    const interrupted = make();
    const early = interrupted.fit(data(), {
      signal: controller.signal,
      checkpoint: ({ file }) => void files.push(file),
      onEpoch({ epoch }) {
        steps = epoch;
        if (epoch === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(early).rejects.toThrow("enough");
    expect([steps, files.length]).toEqual([2, 1]);
    const resumed = await make().fit(data(), { resumeFrom: files[0] });
    expect(Buffer.from(resumed.save()).equals(whole.save())).toBe(true);
    for (const model of [whole, interrupted, resumed]) model.dispose();
  },
};
