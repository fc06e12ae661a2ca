import { threefry } from "../rng.ts";
import type { Kernels, NcfNetwork, NcfPairs, NcfRules, NcfState } from "./kernels.ts";
import { permuted } from "./permutation.ts";

/** The reference of the kernel `ncf`: sample by sample. */
export const ncf: Kernels["ncf"] = (losses, network, state, pairs, rules, key, first) => {
  const { batchSize, negatives } = rules;
  const samples = pairs.pairUsers.length * (negatives + 1);
  const rows = network.users + network.items;
  for (let b = 0; b < losses.length; b++) {
    const step = first + b + 1;
    const begin = (step - 1) * batchSize;
    const end = Math.min(samples, begin + batchSize);
    const drawn = Array.from({ length: end - begin }, (_, j) =>
      draw(begin + j, samples, network, pairs, negatives, key),
    );
    const touched = new Set(drawn.flatMap(({ user, item }) => [user, network.users + item]));
    for (const row of touched) catchUp(row, step - 1, step, network, state, rules);
    losses[b] = 0;
    for (const sample of drawn)
      losses[b] += addGradients(sample, network, state, rules.separate, 1 / drawn.length);
    const width = widthOf(network);
    for (const row of touched) {
      move(row * width, (row + 1) * width, state, rules, step);
      state.last[row] = step;
    }
    move(rows * width, state.theta.length, state, rules, step);
    if (end < samples) continue;
    for (let row = 0; row < rows; row++) {
      catchUp(row, step, step, network, state, rules);
      state.last[row] = 0;
    }
  }
};

interface Sample {
  readonly user: number;
  readonly item: number;
  readonly label: number;
}

function widthOf({ dim, layers }: NcfNetwork): number {
  return dim + (layers[0] ?? 0) / 2;
}

/** Sample number i of the epoch. */
function draw(
  i: number,
  samples: number,
  { items }: NcfNetwork,
  { pairUsers, pairItems, offsets, items: seen }: NcfPairs,
  negatives: number,
  [k0, k1]: readonly [number, number],
): Sample {
  const sample = permuted(i, samples, k0, k1);
  const pair = Math.floor(sample / (negatives + 1));
  const user = pairUsers[pair];
  if (sample % (negatives + 1) === 0) return { user, item: pairItems[pair], label: 1 };
  const own = seen.subarray(offsets[user], offsets[user + 1]);
  const word = new Uint32Array(2);
  threefry(word, k0, k1, sample, 0);
  let item = Math.floor((word[0] * (items - own.length)) / 2 ** 32);
  for (const liked of own) if (liked <= item) item++;
  return { user, item, label: 0 };
}

/** Adds the gradient of a sample's loss times `scale`; returns the loss. */
function addGradients(
  { user, item, label }: Sample,
  network: NcfNetwork,
  { theta, gradient }: NcfState,
  separate: boolean,
  scale: number,
): number {
  const { dim, layers, users, items } = network;
  const width = widthOf(network);
  const half = width - dim;
  const [u, i] = [user * width, (users + item) * width];
  const sides = [...theta.subarray(u + dim, u + width), ...theta.subarray(i + dim, i + width)];
  const states = [sides];
  const matrices: number[] = [];
  let at = (users + items) * width;
  for (let n = 1; n < layers.length; n++) {
    const [from, x, to] = [layers[n - 1], states[n - 1], layers[n]];
    const weight = at;
    matrices.push(at);
    states.push(
      Array.from({ length: to }, (_, j) =>
        Math.max(
          0,
          x.reduce((sum, value, k) => sum + value * theta[weight + k * to + j], 0) +
            theta[weight + from * to + j],
        ),
      ),
    );
    at += (from + 1) * to;
  }
  const top = states[states.length - 1];
  const [h, hm] = [at, at + dim];
  const bias = hm + top.length;
  let multiplied = theta[bias];
  for (let d = 0; d < dim; d++) multiplied += theta[u + d] * theta[i + d] * theta[h + d];
  const layered = top.reduce((sum, value, j) => sum + value * theta[hm + j], 0);
  const scores = separate ? [multiplied, layered + theta[bias + 1]] : [multiplied + layered];
  const slopes = scores.map((s) => scale * (1 / (1 + Math.exp(-s)) - label));
  const loss = scores.reduce(
    (sum, s) => sum + Math.max(0, label ? -s : s) + Math.log1p(Math.exp(-Math.abs(s))),
    0,
  );
  slopes.forEach((slope, n) => {
    gradient[bias + n] += slope;
  });

  const [left, right] = [slopes[0], slopes[slopes.length - 1]];
  for (let d = 0; d < dim; d++) {
    gradient[h + d] += left * theta[u + d] * theta[i + d];
    gradient[u + d] += left * theta[h + d] * theta[i + d];
    gradient[i + d] += left * theta[h + d] * theta[u + d];
  }
  top.forEach((value, j) => {
    gradient[hm + j] += right * value;
  });
  let dy = top.map((_, j) => right * theta[hm + j]);
  for (let n = layers.length - 1; n > 0; n--) {
    const [x, weight, to] = [states[n - 1], matrices[n - 1], layers[n]];
    dy = dy.map((value, j) => (states[n][j] > 0 ? value : 0));
    dy.forEach((value, j) => {
      x.forEach((input, k) => {
        gradient[weight + k * to + j] += input * value;
      });
      gradient[weight + x.length * to + j] += value;
    });
    dy = x.map((_, k) => dy.reduce((sum, value, j) => sum + value * theta[weight + k * to + j], 0));
  }
  for (let d = 0; d < half; d++) {
    gradient[u + dim + d] += dy[d];
    gradient[i + dim + d] += dy[half + d];
  }
  return loss;
}

function adamStep({ learningRate, beta1, beta2, epsilon, before }: NcfRules, step: number) {
  const root = Math.sqrt(1 - beta2 ** (before + step));
  return { rate: (learningRate * root) / (1 - beta1 ** (before + step)), epsilon: epsilon * root };
}

/** What the steps up to `until` in which the row had no gradient have done to it, by the rate of `step`. */
function catchUp(
  row: number,
  until: number,
  step: number,
  network: NcfNetwork,
  { theta, m, v, last }: NcfState,
  rules: NcfRules,
): void {
  const missed = until - last[row];
  if (!rules.adam || missed <= 0) return;
  const { rate, epsilon } = adamStep(rules, step);
  const { beta1, beta2 } = rules;
  const r = beta1 / Math.sqrt(beta2);
  const sum = (r * (1 - r ** missed)) / (1 - r);
  const width = widthOf(network);
  for (let n = row * width; n < (row + 1) * width; n++) {
    theta[n] -= (rate * sum * m[n]) / (Math.sqrt(v[n]) + epsilon);
    m[n] *= beta1 ** missed;
    v[n] *= beta2 ** missed;
  }
}

/** Numbers begin … end move against their gradients, which become 0. */
function move(
  begin: number,
  end: number,
  { theta, m, v, gradient }: NcfState,
  rules: NcfRules,
  step: number,
): void {
  const { rate, epsilon } = adamStep(rules, step);
  const { adam, learningRate, beta1, beta2 } = rules;
  for (let n = begin; n < end; n++) {
    const g = gradient[n];
    gradient[n] = 0;
    if (!adam) {
      theta[n] -= learningRate * g;
      continue;
    }
    m[n] = beta1 * m[n] + (1 - beta1) * g;
    v[n] = beta2 * v[n] + (1 - beta2) * g * g;
    theta[n] -= (rate * m[n]) / (Math.sqrt(v[n]) + epsilon);
  }
}
