import { FormatError } from "@kith/core-tensors";
import { Vocabulary } from "@kith/data";
import {
  decodeModelFile,
  decodeSafeTensors,
  encodeModelFile,
  encodeSafeTensors,
} from "../src/index.ts";

const content = {
  model: "Table",
  options: { dim: 3, names: ["a", "b"] },
  metrics: { "recall@20": 0.1 + 0.2 },
  tensors: {
    bytes: { shape: [3], data: Uint8Array.of(1, 2, 3) },
    table: { shape: [1, 2], data: Float32Array.of(1, 2) },
  },
  vocabularies: { users: Vocabulary.from(["ü", "🙂"]), items: Vocabulary.from([7, 1.5, -3]) },
};

test("a model file holds options, metrics, tensors and vocabularies", () => {
  const read = decodeModelFile(encodeModelFile(content));
  expect(read.model).toBe("Table");
  expect(read.options).toEqual(content.options);
  expect(read.metrics).toEqual(content.metrics);
  expect({ ...read.tensors }).toEqual(content.tensors);
  expect(read.vocabularies.users.ids()).toEqual(["ü", "🙂"]);
  expect(read.vocabularies.items.ids()).toEqual([7, 1.5, -3]);
});

test("every array begins at a multiple of its element's size, for readers that map files", () => {
  const bytes = encodeModelFile(content);
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const entries = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + header)));
  for (const { dtype, data_offsets } of Object.values<{ dtype: string; data_offsets: number[] }>(
    (({ __metadata__: _, ...rest }) => rest)(entries),
  ))
    expect((8 + header + data_offsets[0]) % (dtype === "U8" ? 1 : 4)).toBe(0);
});

function changed(metadata: object, tensors: object = {}): Uint8Array {
  const file = decodeSafeTensors(encodeModelFile(content));
  return encodeSafeTensors({
    metadata: JSON.parse(JSON.stringify({ ...file.metadata, ...metadata })),
    tensors: { ...file.tensors, ...tensors },
  });
}

test.each([
  [changed({ format: undefined }), "got a safetensors file that Kith did not write"],
  [
    changed({ format: "kith-model/2" }),
    "expected a model of format kith-model/1, got format kith-model/2",
  ],
  [changed({ options: "{" }), "its options are not a JSON object"],
  [changed({ options: "3" }), "its options are not a JSON object"],
  [changed({ metrics: undefined }), "its metrics are not a JSON object"],
  [
    changed({}, { "vocabulary.users.offsets": { shape: [1], data: Uint32Array.of(0) } }),
    "offsets must run",
  ],
  [
    changed({}, { "vocabulary.users.strings": { shape: [2], data: Uint8Array.of(255, 255) } }),
    "Vocabulary",
  ],
  [
    changed({}, { "vocabulary.others.strings": { shape: [2], data: Uint8Array.of(97, 98) } }),
    "Vocabulary",
  ],
])("refuses file %#", (file, message) => {
  expect(() => decodeModelFile(file)).toThrow(FormatError);
  expect(() => decodeModelFile(file)).toThrow(message);
});

test("tensors and vocabularies may be called __proto__", () => {
  const byte = { shape: [1], data: Uint8Array.of(97) };
  const file = changed(
    {},
    Object.fromEntries([
      ["__proto__", byte],
      ["vocabulary.__proto__.strings", byte],
      ["vocabulary.__proto__.offsets", { shape: [2], data: Uint32Array.of(0, 1) }],
    ]),
  );
  const read = decodeModelFile(file);
  expect(Object.keys(read.vocabularies).sort()).toEqual(["__proto__", "items", "users"]);
  expect(Object.keys(read.tensors)).toContain("__proto__");
  expect(read.tensors.shape).toBeUndefined();
});
