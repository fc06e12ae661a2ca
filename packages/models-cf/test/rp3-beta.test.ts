import { Interactions } from "@kith/data";
import { RP3beta } from "@kith/models-cf";
import { randomInteractions } from "./support.ts";

test("the probabilities of walks by hand", async () => {
  const data = Interactions.from([
    ["ann", "a"],
    ["ann", "b"],
    ["bob", "a"],
    ["bob", "b"],
    ["bob", "c"],
    ["cat", "a"],
  ]);
  const plain = await new RP3beta({ alpha: 1, beta: 0 }).fit(data);
  // from a (3 users) to c: bob 1/3 · 1/3; to b: ann 1/3 · 1/2 and bob 1/3 · 1/3
  const scores = plain.scores("cat");
  expect(scores[data.items.indexOf("c")]).toBeCloseTo(1 / 9, 6);
  expect(scores[data.items.indexOf("b")]).toBeCloseTo(1 / 6 + 1 / 9, 6);
  const punished = await new RP3beta({ alpha: 1, beta: 2 }).fit(data);
  expect(punished.scores("cat")[data.items.indexOf("b")]).toBeCloseTo((1 / 6 + 1 / 9) / 4, 6);
  expect(plain.recommend("cat", { excludeSeen: true }).items).toEqual(["b", "c"]);
  const strongly = await new RP3beta({ alpha: 2, beta: 0 }).fit(data);
  expect(strongly.scores("cat")[data.items.indexOf("c")]).toBeCloseTo(1 / 81, 6);
});

test("all neighbours kept, scores are those of walks over dense matrices", async () => {
  const data = randomInteractions(4, 300, 25, 20);
  const [alpha, beta] = [0.7, 0.4];
  const model = await new RP3beta({ neighbours: 20, alpha, beta }).fit(data);
  const lists = Array.from({ length: data.users.size }, (_, u) => [...data.itemsOf(u)]);
  const usersOf = (i: number) => lists.filter((items) => items.includes(i)).length;
  const [u] = [3];
  for (let i = 0; i < data.items.size; i++) {
    let expected = 0;
    for (const j of lists[u])
      for (const others of lists)
        if (j !== i && others.includes(j) && others.includes(i))
          expected += (usersOf(j) * others.length) ** -alpha * usersOf(i) ** -beta;
    expect(model.scores(data.users.id(u))[i]).toBeCloseTo(expected, 5);
  }
});

test("with fewer neighbours each item keeps those that most walks come through", async () => {
  const data = randomInteractions(4, 300, 25, 20);
  const all = await new RP3beta({ neighbours: 20 }).fit(data);
  const few = await new RP3beta({ neighbours: 3 }).fit(data);
  for (const item of data.items) {
    const best = all.similarItems(item, 3);
    expect(few.similarItems(item, 20)).toEqual(best);
  }
});
