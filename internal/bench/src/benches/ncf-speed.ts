import {
  Adam,
  addBias,
  columns,
  concat,
  gather,
  matmul,
  mean,
  multiply,
  normal,
  Rng,
  relu,
  softplus,
  Tensor,
  useBackend,
  xavierUniform,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { GMF, MLP, NeuMF } from "@kith/models-cf";
import { NegativeSampler } from "@kith/sampling";
import type { Bench } from "../bench.ts";
import { leaveOneOut } from "../data-sets.ts";

const BATCH = 256;
const NEGATIVES = 4;
const ROUNDS = 3;
/** Steps by single operations in a round. */
const STEPS = 400;

interface Network {
  readonly name: string;
  readonly dim: number;
  readonly layers: readonly number[];
}

const NETWORKS: readonly Network[] = [
  { name: "GMF", dim: 8, layers: [] },
  { name: "MLP", dim: 0, layers: [64, 32, 16, 8] },
  { name: "NeuMF", dim: 8, layers: [64, 32, 16, 8] },
];

/** Samples a second at 8 predictive factors: whole steps in one kernel beside the same steps by single operations, in turn. */
export const ncfSpeedBench: Bench = {
  name: "ncf-speed",
  about:
    "NCF's training at 8 predictive factors, batches of 256: the kernel of whole steps beside single operations",
  async run({ data, flags, log }) {
    const found = await leaveOneOut(data);
    if (!found) return { metrics: {}, skipped: "KITH_DATA names no folder that holds ncf-ml-1m" };
    const threads = Number(flags.threads ?? 2);
    await useBackend({ threads });
    const { train } = found;
    const rows: Record<string, string | number>[] = [];
    const networks: Record<string, object> = {};
    for (const network of NETWORKS) {
      const kernel: number[] = [];
      const operations: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        kernel.push(await oneEpoch(network, train));
        operations.push(bySingleOperations(network, train));
        log(
          `${network.name}: ${Math.round(kernel[round])} and ${Math.round(operations[round])} samples/s`,
        );
      }
      networks[network.name] = { ...network, kernel, operations };
      rows.push({
        model: network.name,
        "kernel, samples/s": Math.round(median(kernel)),
        "from … to": `${Math.round(Math.min(...kernel))} … ${Math.round(Math.max(...kernel))}`,
        "single operations": Math.round(median(operations)),
        ratio: (median(kernel) / median(operations)).toFixed(1),
      });
    }
    return {
      metrics: { threads, pairs: train.length, samplesPerSecondOfPyTorch: 40_000, networks },
      rows,
    };
  },
};

/** An epoch of the model, draws included. */
async function oneEpoch({ name, dim, layers }: Network, train: Interactions): Promise<number> {
  const options = { batchSize: BATCH, negatives: NEGATIVES, epochs: 1 };
  const model =
    name === "GMF"
      ? new GMF({ dim, ...options })
      : name === "MLP"
        ? new MLP({ layers: [...layers], ...options })
        : new NeuMF({ dim, layers: [...layers], ...options });
  let speed = 0;
  for await (const { seconds } of model.train(train))
    speed = (train.length * (1 + NEGATIVES)) / seconds;
  model.dispose();
  return speed;
}

/** Some steps on the same network with dense Adam, draws included. */
function bySingleOperations({ dim, layers }: Network, train: Interactions): number {
  const rng = new Rng(42);
  const width = dim + (layers[0] ?? 0) / 2;
  const users = normal(Tensor.parameter([train.users.size, width]), rng, 0.01);
  const items = normal(Tensor.parameter([train.items.size, width]), rng, 0.01);
  const matrices = layers
    .slice(1)
    .map((to, n) => xavierUniform(Tensor.parameter([layers[n], to]), rng));
  const biases = layers.slice(1).map((to) => Tensor.parameter([to]));
  const h = xavierUniform(Tensor.parameter([dim + (layers.at(-1) ?? 0), 1]), rng);
  const bias = Tensor.parameter([1]);
  const parameters = [users, items, ...matrices, ...biases, h, bias];
  const adam = new Adam(parameters, { learningRate: 1e-3 });
  const negatives = new NegativeSampler(train);
  const { offsets, items: liked } = train.byUser();
  const owners = new Uint32Array(liked.length);
  for (let u = 0; u < train.users.size; u++) owners.fill(u, offsets[u], offsets[u + 1]);
  const begun = performance.now();
  for (let step = 0; step < STEPS; step++) {
    const labels = Float32Array.from({ length: BATCH }, () =>
      rng.below(1 + NEGATIVES) === 0 ? -1 : 1,
    );
    const pairs = Uint32Array.from(labels, () => rng.below(liked.length));
    const u = pairs.map((pair) => owners[pair]);
    const i = pairs.map((pair, n) => (labels[n] < 0 ? liked[pair] : negatives.draw(u[n], rng)));
    adam.minimize(() => {
      const [p, q] = [gather(users, u), gather(items, i)];
      const parts: Tensor[] = [];
      if (dim > 0) parts.push(multiply(columns(p, 0, dim), columns(q, 0, dim)));
      if (layers.length > 0) {
        let y = concat([columns(p, dim, width), columns(q, dim, width)]);
        matrices.forEach((matrix, n) => {
          y = relu(addBias(matmul(y, matrix), biases[n]));
        });
        parts.push(y);
      }
      const logits = addBias(matmul(concat(parts), h), bias);
      return mean(softplus(multiply(Tensor.from(labels, [BATCH, 1]), logits)));
    });
  }
  const speed = (STEPS * BATCH * 1000) / (performance.now() - begun);
  for (const owner of [adam, ...parameters]) owner.dispose();
  return speed;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
