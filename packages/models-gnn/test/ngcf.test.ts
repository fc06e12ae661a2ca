import { Interactions } from "@kith/data";
import { decodeModelFile, decodeSafeTensors } from "@kith/recommender";
import { NGCF, type NGCFOptions } from "../src/index.ts";
import { denseAdjacency, distance, multiply, rowsOf } from "./support/dense.ts";

const data = (() => {
  const rows: [string, string][] = [];
  for (let u = 0; u < 12; u++)
    for (let i = 0; i < 10; i++) if ((u * 5 + i * 3) % 7 < 3) rows.push([`u${u}`, `i${i}`]);
  return Interactions.from(rows);
})();
const small = { dim: 6, layers: 2, epochs: 3, batchSize: 16, learningRate: 0.01 };
const trained = async (options: NGCFOptions = {}) => new NGCF({ ...small, ...options }).fit(data);

type Matrix = number[][];
type Table = (name: string) => Matrix;

const plus = (a: Matrix, b: Matrix) => a.map((row, r) => row.map((x, c) => x + b[r][c]));
const times = (a: Matrix, b: Matrix) => a.map((row, r) => row.map((x, c) => x * b[r][c]));
const biased = (a: Matrix, [bias]: Matrix) => a.map((row) => row.map((x, c) => x + bias[c]));
const leaky = (a: Matrix) => a.map((row) => row.map((x) => (x > 0 ? x : 0.2 * x)));
const unit = (row: number[]) => row.map((x) => x / Math.hypot(...row));

/** D⁻¹ (A + I), as the authors' program has it. */
const withLoopsByRow = (a: Matrix) =>
  a.map((row, n) => {
    const linked = row.map((x, m) => Number(x > 0 || m === n));
    const degree = linked.reduce((sum, x) => sum + x, 0);
    return linked.map((x) => x / degree);
  });

/** The embeddings of all nodes by plain loops: the next layer reads what has not been normalised. */
function embeddings(variant: "official-code" | "paper", table: Table): Matrix {
  const symmetric = denseAdjacency(data);
  const a = variant === "paper" ? symmetric : withLoopsByRow(symmetric);
  let e = table("e0");
  let all = e;
  for (const layer of ["layers.0", "layers.1"]) {
    const side = multiply(a, e);
    const interaction = biased(
      multiply(times(side, e), table(`${layer}.product`)),
      table(`${layer}.productBias`),
    );
    const linear = (x: Matrix) =>
      biased(multiply(x, table(`${layer}.sum`)), table(`${layer}.sumBias`));
    e =
      variant === "paper"
        ? leaky(plus(linear(plus(side, e)), interaction))
        : plus(leaky(linear(side)), leaky(interaction));
    all = all.map((row, n) => [...row, ...unit(e[n])]);
  }
  return all;
}

describe.each(["official-code", "paper"] as const)("variant %s", (variant) => {
  test("an embedding is all layers side by side, those after the first of length 1", async () => {
    const model = await trained({ variant });
    const { data: values, shape } = decodeModelFile(model.save()).tensors["users.embedding"];
    expect(shape).toEqual([12, 18]);
    for (let u = 0; u < 12; u++) {
      const lengths = [0, 1, 2].map((k) =>
        Math.hypot(...(values as Float32Array).subarray(u * 18 + 6 * k, u * 18 + 6 * (k + 1))),
      );
      expect(lengths[1]).toBeCloseTo(1, 5);
      expect(lengths[2]).toBeCloseTo(1, 5);
      expect(Math.abs(lengths[0] - 1)).toBeGreaterThan(1e-3);
    }
    model.dispose();
  });

  test("the embeddings are what plain loops make of the parameters, whatever was dropped in training", async () => {
    let file = new Uint8Array();
    const model = await new NGCF({ ...small, variant, nodeDropout: 0.3 }).fit(data, {
      checkpointEvery: 1,
      checkpoint: (checkpoint) => {
        file = checkpoint.file;
      },
    });
    const learned = decodeSafeTensors(file).tensors;
    const expected = embeddings(variant, (name) => {
      const { data: values, shape } = learned[`parameter.${name}`];
      return rowsOf(values as Float32Array, shape[shape.length - 1]);
    });
    const { tensors } = decodeModelFile(model.save());
    const found = ["users.embedding", "items.embedding"].flatMap((name) =>
      Array.from(tensors[name].data as Float32Array),
    );
    expect(distance(found, expected.flat())).toBeLessThan(1e-4);
    model.dispose();
  });

  test("the same seed gives the same file, to the byte, and another seed another", async () => {
    const file = async (seed: number) => {
      const model = await trained({ variant, nodeDropout: 0.2, seed });
      const bytes = Buffer.from(model.save());
      model.dispose();
      return bytes;
    };
    const first = await file(1);
    expect((await file(1)).equals(first)).toBe(true);
    expect((await file(2)).equals(first)).toBe(false);
  });

  test.each<NGCFOptions>([{ messageDropout: 0.3 }, { nodeDropout: 0.3 }])(
    "dropout is of training alone: %j",
    async (dropout) => {
      const none = { variant, messageDropout: 0, nodeDropout: 0 };
      const plain = await trained(none);
      const noisy = await trained({ ...none, ...dropout });
      const scores = (model: NGCF) => [...model.recommend("u3", { k: 10 }).scores];
      expect(scores(noisy)).not.toEqual(scores(plain));
      expect(scores(noisy)).toEqual(scores(noisy));
      expect(scores(NGCF.load(noisy.save()))).toEqual(scores(noisy));
      for (const model of [plain, noisy]) model.dispose();
    },
  );
});

test("the variants are different models", async () => {
  const [code, paper] = [await trained(), await trained({ variant: "paper" })];
  const scores = (model: NGCF) => [...model.recommend("u3", { k: 10 }).scores];
  expect(scores(code)).not.toEqual(scores(paper));
  for (const model of [code, paper]) model.dispose();
});

test("without layers it is matrix factorisation", async () => {
  const model = await trained({ layers: 0 });
  expect(decodeModelFile(model.save()).tensors["items.embedding"].shape).toEqual([10, 6]);
  model.dispose();
});

test("the penalty is on all layers of the three embeddings of a triple, each but the first of length 1", async () => {
  const loss = async (regularization: number) => {
    let first = 0;
    const still = { epochs: 1, learningRate: 1e-12, messageDropout: 0, regularization };
    const model = await new NGCF({ ...small, ...still }).fit(data, {
      onEpoch: (epoch) => {
        first = epoch.loss;
      },
    });
    const { tensors } = decodeModelFile(model.save());
    const own = ["users.embedding", "items.embedding"].flatMap((name) =>
      rowsOf(tensors[name].data as Float32Array, 18).map((row) => Math.hypot(...row.slice(0, 6))),
    );
    model.dispose();
    return { first, longest: Math.max(...own) };
  };
  const [without, withIt] = [await loss(0), await loss(2)];
  const penalty = withIt.first - without.first; // of λ/2 = 1
  expect(penalty).toBeGreaterThan(3 * 2);
  expect(penalty).toBeLessThan(3 * (2 + without.longest ** 2));
  expect(3 * without.longest ** 2).toBeLessThan(3 * 2); // or a penalty on the first layer alone could pass
});
