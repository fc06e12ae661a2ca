import type { Interactions } from "@kith/data";
import { decodeModelFile, type UserItemRecommender } from "@kith/recommender";

/** How well some users and their items are told apart in the space of a model. */
export interface Separation {
  /** Mean silhouette of the items by cosine distance, −1 … 1: 1 where each item is much nearer to its user's other items than to others'. */
  readonly silhouette: number;
  /** A point in the plane of the two largest principal components for each user and item: whose it is, and whether it is the user. */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly group: number;
    readonly isUser: boolean;
  }[];
}

const USERS = 6;
const ITEMS = 15;

/** Of six users whose items hardly overlap, chosen by the data alone, so that they are the same for each model. */
export function separationOf(model: UserItemRecommender, data: Interactions): Separation {
  const { tensors } = decodeModelFile(model.save());
  const [users, items] = ["users.embedding", "items.embedding"].map((name) => {
    const { data: values, shape } = tensors[name];
    const width = shape[1];
    return (n: number) =>
      unit(Array.from(values.subarray(n * width, (n + 1) * width) as Float32Array));
  });
  const groups = chosenUsers(data);
  const vectors = groups.flatMap(({ user, own }, group) => [
    { vector: users(user), group, isUser: true },
    ...own.map((item) => ({ vector: items(item), group, isUser: false })),
  ]);
  const [first, second] = principal(vectors.map(({ vector }) => vector));
  return {
    silhouette: silhouette(vectors.filter(({ isUser }) => !isUser)),
    points: vectors.map(({ vector, group, isUser }) => ({
      x: dot(vector, first),
      y: dot(vector, second),
      group,
      isUser,
    })),
  };
}

/** Users with enough items that none of those chosen before has. */
function chosenUsers(data: Interactions): { user: number; own: number[] }[] {
  const taken = new Set<number>();
  const chosen: { user: number; own: number[] }[] = [];
  for (let user = 0; user < data.users.size && chosen.length < USERS; user++) {
    const all = Array.from(data.itemsOf(user));
    const own = all.filter((item) => !taken.has(item)).slice(0, ITEMS);
    if (own.length < ITEMS || own.length < 0.6 * Math.min(all.length, 2 * ITEMS)) continue;
    for (const item of all) taken.add(item);
    chosen.push({ user, own });
  }
  return chosen;
}

function silhouette(items: readonly { vector: readonly number[]; group: number }[]): number {
  let sum = 0;
  items.forEach(({ vector, group }, n) => {
    const distances = new Map<number, { total: number; count: number }>();
    items.forEach((other, m) => {
      if (m === n) return;
      const of = distances.get(other.group) ?? { total: 0, count: 0 };
      of.total += 1 - dot(vector, other.vector);
      of.count++;
      distances.set(other.group, of);
    });
    const mean = ({ total, count }: { total: number; count: number }) => total / count;
    const own = mean(distances.get(group) as { total: number; count: number });
    const nearest = Math.min(
      ...[...distances].filter(([other]) => other !== group).map(([, of]) => mean(of)),
    );
    sum += (nearest - own) / Math.max(nearest, own);
  });
  return sum / items.length;
}

/** The two directions of largest variance, by power iteration. */
function principal(vectors: readonly (readonly number[])[]): [number[], number[]] {
  const width = vectors[0].length;
  const mean = Array.from({ length: width }, (_, c) =>
    vectors.reduce((sum, vector) => sum + vector[c] / vectors.length, 0),
  );
  let centred = vectors.map((vector) => vector.map((value, c) => value - mean[c]));
  const directions = [0, 1].map(() => {
    let direction = unit(Array.from({ length: width }, (_, c) => 1 + (c % 3)));
    for (let round = 0; round < 200; round++) {
      const next = new Array<number>(width).fill(0);
      for (const vector of centred) {
        const along = dot(vector, direction);
        for (let c = 0; c < width; c++) next[c] += along * vector[c];
      }
      direction = unit(next);
    }
    centred = centred.map((vector) => {
      const along = dot(vector, direction);
      return vector.map((value, c) => value - along * direction[c]);
    });
    return direction;
  });
  return [directions[0], directions[1]];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, c) => sum + value * b[c], 0);
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
