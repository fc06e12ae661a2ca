import { Vocabulary } from "@kith/data";
import { KeyedVectors, readSafeTensors, writeSafeTensors } from "@kith/embeddings-w2v";
import {
  decodeModelFile,
  decodeSafeTensors,
  encodeModelFile,
  encodeSafeTensors,
} from "@kith/recommender";
import { bytesOf, inChunks, keyed, randomVectors } from "./support.ts";

test("vectors and ids read back as they were: numbers as numbers, blanks and newlines too", async () => {
  for (const ids of [
    [3, 1, 2],
    ["new york", "a\nb", "日本茶"],
  ]) {
    const vectors = randomVectors(3, 70, 1, ids);
    const file = bytesOf(writeSafeTensors(vectors));
    for (const source of [file, inChunks(file, 100)]) {
      const again = await readSafeTensors(source);
      expect(again.items.ids()).toEqual(ids);
      expect(again.vectors).toEqual(vectors.vectors);
    }
  }
});

test("the matrix is the float32 tensor `vectors`, which any reader of safetensors finds", () => {
  const { tensors } = decodeSafeTensors(bytesOf(writeSafeTensors(keyed({ a: [1, 2], b: [3, 4] }))));
  expect(tensors.vectors).toEqual({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
});

describe("what is something else is refused", () => {
  const file = bytesOf(writeSafeTensors(keyed({ a: [1, 2], b: [3, 4] })));
  const changed = (changes: object) => encodeModelFile({ ...decodeModelFile(file), ...changes });
  const matrix = (shape: number[], ...numbers: number[]) => ({
    tensors: { vectors: { shape, data: Float32Array.from(numbers) } },
  });
  test.each<[string, Uint8Array, string | RegExp]>([
    [
      "nothing",
      new Uint8Array(0),
      "v.safetensors: not a safetensors file: expected at least 8 bytes, got 0",
    ],
    ["a part", file.subarray(0, file.length - 1), "v.safetensors: not a safetensors file"],
    [
      "somebody else's",
      encodeSafeTensors({ metadata: {}, tensors: {} }),
      "a safetensors file that Kith did not write",
    ],
    [
      "a model",
      changed({ model: "LightGCN" }),
      "v.safetensors: expected vectors, got a saved LightGCN; load it with LightGCN.load(file)",
    ],
    [
      "no ids",
      changed({ vocabularies: {} }),
      'expected ids of items and a tensor "vectors" with a row for each, got no ids and shape [2, 2]',
    ],
    ["no vectors", changed({ tensors: {} }), "got 2 ids and no vectors"],
    ["a row too many", changed(matrix([3, 1], 1, 2, 3)), "got 2 ids and shape [3, 1]"],
    ["one dimension", changed(matrix([2], 1, 2)), "got 2 ids and shape [2]"],
    [
      "NaN",
      changed(matrix([2, 1], 1, Number.NaN)),
      'v.safetensors: number 1 of the vector of "b" must be finite, got NaN',
    ],
    ["no numbers in a row", changed(matrix([2, 0])), /multiple of 2 numbers, got \[0\]/],
    [
      "whole numbers",
      changed({ tensors: { vectors: { shape: [2, 1], data: Uint32Array.of(1, 2) } } }),
      "must be a Float32Array, got Uint32Array",
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(readSafeTensors(bytes, { name: "v.safetensors" })).rejects.toThrow(message);
  });

  test("an aborted signal stops reading", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readSafeTensors(inChunks(file, 9), { signal })).rejects.toThrow("enough");
    await expect(readSafeTensors(file, { signal: 1 } as object)).rejects.toThrow(
      'option "signal" must be an AbortSignal',
    );
  });
});

test("a file can hold vectors of what was read from another format", async () => {
  const vectors = new KeyedVectors(Vocabulary.from(["x"]), Float32Array.of(1));
  expect((await readSafeTensors(bytesOf(writeSafeTensors(vectors)))).vector("x")[0]).toBe(1);
});
