import { Sequences } from "@kith/data";
import { type SessionBatch, SessionBatches } from "../src/index.ts";

const items = (...lists: number[][]) => Sequences.from(lists.map((list) => list.map(String)));
const shown = ({ inputs, targets, kept, fresh }: SessionBatch, data: Sequences) => ({
  inputs: Array.from(inputs, (item) => Number(data.items.id(item))),
  targets: Array.from(targets, (item) => Number(data.items.id(item))),
  fresh: [...fresh],
  ...(kept && { kept: [...kept] }),
});

describe("SessionBatches", () => {
  test("go through sessions lane by lane, refill, reset once, and end with the tail", () => {
    const data = items([10, 11, 12, 13], [20, 21], [30], [40, 41, 42], [], [50, 51]);
    const batches = new SessionBatches(data, 2);
    expect([...batches.epoch()].map((batch) => shown(batch, data))).toEqual([
      { inputs: [10, 20], targets: [11, 21], fresh: [0, 1] },
      { inputs: [11, 40], targets: [12, 41], fresh: [1] }, // lane 1 took the next session of two clicks
      { inputs: [12, 41], targets: [13, 42], fresh: [] }, // the same two sessions: nothing is reset
      { inputs: [50], targets: [51], fresh: [0], kept: [0] }, // both ended, one session was left
    ]);
    expect(batches.count).toBe(4);
  });

  test("closes the ranks where a lane in the middle ends", () => {
    const data = items([1, 2, 3], [4, 5], [6, 7, 8, 9]);
    expect([...new SessionBatches(data, 3).epoch()].map((batch) => shown(batch, data))).toEqual([
      { inputs: [1, 4, 6], targets: [2, 5, 7], fresh: [0, 1, 2] },
      { inputs: [2, 7], targets: [3, 8], fresh: [], kept: [0, 2] },
      { inputs: [8], targets: [9], fresh: [], kept: [1] },
    ]);
  });

  test("stops where fewer lanes are left than it is told to need", () => {
    const data = items([1, 2, 3], [4, 5], [6, 7, 8, 9]);
    const batches = new SessionBatches(data, 3, 2);
    expect([...batches.epoch()].map(({ inputs }) => inputs.length)).toEqual([3, 2]);
    expect(batches.count).toBe(2);
  });

  test.each([1, 2, 7, 64, 1000])(
    "foretells every click but the first once, with %i lanes",
    (size) => {
      let state = 11;
      const draw = (n: number) => {
        state = (state * 48271) % 2147483647;
        return state % n;
      };
      const data = items(
        ...Array.from({ length: 200 }, () => Array.from({ length: draw(9) }, () => draw(40))),
      );
      const batches = new SessionBatches(data, size);
      const seen = new Uint8Array(data.tokens);
      let steps = 0;
      let lanes: { session: number; at: number }[] = [];
      for (const { inputs, targets, at, starts, kept, fresh } of batches.epoch()) {
        steps++;
        if (kept) lanes = Array.from(kept, (lane) => lanes[lane]);
        expect(inputs.length).toBeLessThanOrEqual(size);
        lanes = Array.from(at, (position, lane) => {
          const before = lanes[lane];
          const begins = fresh.includes(lane);
          expect(begins).toBe(position === starts[lane]);
          if (!begins) expect(before).toEqual({ session: starts[lane], at: position - 1 });
          expect([inputs[lane], targets[lane]]).toEqual([
            data.values[position],
            data.values[position + 1],
          ]);
          expect(seen[position + 1]++).toBe(0);
          return { session: starts[lane], at: position };
        });
      }
      expect(steps).toBe(batches.count);
      for (let s = 0; s < data.sequences; s++)
        for (let t = data.offsets[s]; t < data.offsets[s + 1]; t++)
          expect(seen[t]).toBe(t > data.offsets[s] ? 1 : 0);
      expect([...batches.epoch()]).toEqual([...batches.epoch()]);
    },
  );

  test("refuse what cannot be", () => {
    const data = items([1, 2], [3]);
    expect(() => new SessionBatches(data, 0)).toThrow(/"size" must be a whole number/);
    expect(() => new SessionBatches(data, 2, 0)).toThrow(/"least" must be a whole number/);
    expect(() => new SessionBatches(data, 2, 2)).toThrow(
      "expected at least 2 lanes and sessions of two clicks or more, got 2 and 1",
    );
    expect(() => new SessionBatches(items([1], []), 2)).toThrow(/got 2 and 0/);
  });
});
