import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError } from "@kith/core-tensors";
import { Vocabulary } from "@kith/data";
import {
  KeyedVectors,
  type ReadWord2VecOptions,
  readWord2Vec,
  writeWord2Vec,
} from "@kith/embeddings-w2v";
import { bytesOf, inChunks, keyed, randomVectors } from "./support.ts";

const text = (lines: string) => new TextEncoder().encode(lines);
const fixture = (name: string) => new Uint8Array(readFileSync(join(__dirname, "fixtures", name)));

/** word2vec's binary format; gensim 4 ends no vector, word2vec.c each with a newline. */
function binary(
  header: string,
  rows: readonly [id: string, ...numbers: number[]][],
  end = "",
): Uint8Array {
  const parts = rows.map(([id, ...numbers]) => [
    text(`${id} `),
    new Uint8Array(Float32Array.from(numbers).buffer),
    text(end),
  ]);
  return new Uint8Array(Buffer.concat([text(header), ...parts.flat()]));
}

describe("writing", () => {
  const vectors = keyed({ tea: [0.1, -2, 1e-7], käse: [0, 16777216, 3.4028234663852886e38] });

  test("text gives each number the fewest digits that bring it back", () => {
    expect(new TextDecoder().decode(bytesOf(writeWord2Vec(vectors)))).toBe(
      "2 3\ntea 0.1 -2 1e-7\nkäse 0 1.6777216e+7 3.4028235e+38\n",
    );
  });

  test("binary puts float32s behind a blank and a newline behind each vector, as word2vec.c does", () => {
    const expected = binary(
      "2 3\n",
      [
        ["tea", 0.1, -2, 1e-7],
        ["käse", 0, 16777216, 3.4028234663852886e38],
      ],
      "\n",
    );
    expect(bytesOf(writeWord2Vec(vectors, { binary: true }))).toEqual(expected);
  });

  test("large files come in chunks that later ones do not overwrite", () => {
    const many = randomVectors(3000, 128, 1);
    for (const binary of [false, true]) {
      const chunks = [...writeWord2Vec(many, { binary })];
      expect(chunks.length).toBeGreaterThan(1);
      expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(2 ** 20 + 2048);
      expect(new Set(chunks.map((chunk) => chunk.buffer)).size).toBe(chunks.length);
    }
  });

  test.each([["new york"], ["a\nb"], ["tab\there"], ["end\r"]])(
    "refuses id %j before anything is written",
    (id) => {
      const bad = keyed({ fine: [1], [id]: [2] });
      for (const binary of [false, true])
        expect(() => writeWord2Vec(bad, { binary })).toThrow(
          `writeWord2Vec: id ${JSON.stringify(id)} holds ${JSON.stringify(/\s/.exec(id)?.[0])}, which ends an id in this format`,
        );
    },
  );

  test("refuses unknown options", () => {
    expect(() => writeWord2Vec(vectors, { bin: true } as object)).toThrow(
      'option "bin" is unknown',
    );
    expect(() => writeWord2Vec(vectors, { binary: 1 } as object)).toThrow(
      '"binary" must be true or false, got 1',
    );
  });
});

describe("what was written reads back bit for bit", () => {
  const odd = [
    "ß",
    "日本茶",
    "🍋",
    "a_b",
    "-1",
    "1e5",
    "NaN",
    '"quoted"',
    "comma,",
    "\u00a0",
    "x".repeat(3000),
  ];
  test.each<[string, () => KeyedVectors]>([
    ["one number", () => keyed({ a: [-0] })],
    ["ids of all kinds", () => randomVectors(odd.length, 3, 1, odd)],
    [
      "numbers of all sizes",
      () => keyed({ a: [1e-45, -3.4e38, 0.1 + 0.2], b: [1 / 3, 123456789, 1e-5] }),
    ],
    [
      "more than a chunk",
      () =>
        randomVectors(
          1000,
          110,
          2,
          Array.from({ length: 1000 }, (_, i) => `item${i}`),
        ),
    ],
    ["long vectors", () => randomVectors(2, 100_000, 3, ["a", "b"])],
  ])("%s", async (_, make) => {
    const vectors = make();
    for (const binary of [false, true]) {
      const file = bytesOf(writeWord2Vec(vectors, { binary }));
      const sources = [
        file,
        inChunks(file, 65_536),
        inChunks(file, file.length > 1e5 ? 9973 : 1),
        new Blob([file as BlobPart]).stream(),
      ];
      for (const source of sources) {
        const again = await readWord2Vec(source);
        expect(again.items.ids()).toEqual(vectors.items.ids().map(String));
        expect(again.dim).toBe(vectors.dim);
        expect(Buffer.from(again.vectors.buffer).equals(Buffer.from(vectors.vectors.buffer))).toBe(
          true,
        );
      }
    }
  });
});

describe("reading what others wrote", () => {
  const expected = { ids: ["tea", "käse"], numbers: [0.5, -1, 2, 3] };
  test.each<[string, Uint8Array]>([
    [
      "word2vec.c's text, with a blank at the end of each line",
      text("2 2\ntea 0.500000 -1.000000 \nkäse 2.000000 3.000000 \n"),
    ],
    ["text with the newlines of Windows", text("2 2\r\ntea 0.5 -1\r\nkäse 2 3\r\n")],
    [
      "text with tabs between numbers and blank lines at the end",
      text("2 2\ntea 0.5\t-1.0\nkäse 2e0 +3.\n\n\n"),
    ],
    ["text with a byte-order mark", text("\ufeff2 2\ntea .5 -1\nkäse 2 3\n")],
    [
      "binary of gensim 4, without newlines",
      binary("2 2\n", [
        ["tea", 0.5, -1],
        ["käse", 2, 3],
      ]),
    ],
    [
      "binary of word2vec.c, with newlines",
      binary(
        "2 2\n",
        [
          ["tea", 0.5, -1],
          ["käse", 2, 3],
        ],
        "\n",
      ),
    ],
  ])("%s", async (_, file) => {
    const vectors = await readWord2Vec(file);
    expect(vectors.items.ids()).toEqual(expected.ids);
    expect([...vectors.vectors]).toEqual(expected.numbers);
  });

  test("gensim's text and binary files hold the same, and the text reads as Python reads it", async () => {
    const fromText = await readWord2Vec(fixture("gensim.txt"));
    const fromBinary = await readWord2Vec(fixture("gensim.bin"));
    expect(fromText.items.ids()).toEqual(fromBinary.items.ids());
    expect(fromText.items.ids().slice(2, 4)).toEqual(["käse", "日本茶"]);
    expect(fromText.vectors).toEqual(fromBinary.vectors);
    expect([...fromText.vector("tea")]).toEqual(
      [0.34558418, 0.82161814, 0.33043706, -1.3031572, 0.9053559].map(Math.fround),
    );
    expect(fromText.vector("big")[0]).toBe(Math.fround(-1.22735204e30));
    expect([...fromText.vector("zero")]).toEqual([0, 0, 0, 0, 0]);
  });

  test("the most similar items and analogies are gensim's", async () => {
    const answers = JSON.parse(new TextDecoder().decode(fixture("gensim.json"))) as {
      plain: string[];
      similar: Record<string, [string, number][]>;
      analogy: [string, number][];
      similarity: number;
    };
    const vectors = await readWord2Vec(fixture("gensim.txt"));
    const exclude = ["zero", "big", "small"];
    for (const id of answers.plain) {
      const { items, scores } = vectors.similarTo(vectors.vector(id), {
        k: 4,
        exclude: [...exclude, id],
      });
      expect(items).toEqual(answers.similar[id].map(([item]) => item));
      answers.similar[id].forEach(([, score], j) => {
        expect(scores[j]).toBeCloseTo(score, 5);
      });
    }
    const plain = new KeyedVectors(
      Vocabulary.from(answers.plain),
      Float32Array.from(answers.plain.flatMap((id) => [...vectors.vector(id)])),
    );
    const { items, scores } = plain.analogy({ positive: ["tea", "rum"], negative: ["honey"] }, 4);
    expect(items).toEqual(answers.analogy.map(([item]) => item));
    answers.analogy.forEach(([, score], j) => {
      expect(scores[j]).toBeCloseTo(score, 5);
    });
    expect(vectors.similarity("tea", "käse")).toBeCloseTo(answers.similarity, 6);
  });
});

describe("a damaged file is refused with its place", () => {
  const name = "v.txt";
  test.each<[string, string | Uint8Array, string | RegExp, ReadWord2VecOptions?]>([
    ["nothing", "", "v.txt is empty"],
    [
      "no header",
      "tea 1 2\nrum 3 4\n",
      'v.txt, line 1: expected the number of vectors and their length, such as "1000 128", got "tea 1 2"',
    ],
    ["half a header", "2 2", "line 1: expected the number of vectors and their length"],
    ["a header of words", "two 2\n", 'got "two 2"'],
    ["negative sizes", "-1 2\n", 'got "-1 2"'],
    [
      "no vectors promised",
      "0 2\n",
      "v.txt: expected at least one vector of at least one number, got 0 of 2",
    ],
    ["no numbers promised", "2 0\na\nb\n", "got 2 of 0"],
    [
      "only a header",
      "2 2\n",
      "v.txt: expected 2 vectors, as the first line says, got 0; the file is cut short",
    ],
    [
      "too few rows",
      "3 2\na 1 2\nb 3 4\n",
      "v.txt: expected 3 vectors, as the first line says, got 2; the file is cut short",
    ],
    [
      "too many rows",
      "1 2\na 1 2\nb 3 4\n",
      'v.txt: expected 1 vectors, as the first line says, but more follows: "b 3 4\\n"',
    ],
    [
      "a short line",
      "2 3\na 1 2 3\nb 4 5\n",
      'v.txt, line 3: expected 3 numbers after id "b", got 2',
    ],
    [
      "a long line",
      "2 1\na 1\nnew york 5\n",
      'line 3: expected 1 numbers after id "new", got 2; an id cannot hold blanks',
    ],
    ["a blank line", "2 1\n\na 1\n", 'line 2: expected 1 numbers after id "", got 0'],
    [
      "a line cut in its last number",
      "2 2\na 1 2\nb 3 4.1",
      "v.txt, line 3: expected a newline at its end, got the end of the file, which seems to be cut short",
    ],
    [
      "a word for a number",
      "1 3\na 1 2 three\n",
      'v.txt, line 2: number 3 of "a" must be a finite float32, got "three"',
    ],
    ["NaN", "1 2\na nan 2\n", 'number 1 of "a" must be a finite float32, got "nan"'],
    ["infinity", "1 2\na 1 -inf\n", 'got "-inf"'],
    ["more than float32 holds", "1 1\na 1e39\n", 'got "1e39"'],
    ["a decimal comma", "1 1\na 1,5\n", 'got "1,5"'],
    ["no id", "1 2\n 1 2\n", "v.txt, line 2: the id is missing"],
    ["an id twice", "3 1\na 1\nb 2\na 3\n", 'v.txt, line 4: id "a" is there already, as number 1'],
    [
      "a false number of vectors",
      "9007199254740993 1\na 1\n",
      /at least one vector|expected 9007199254740992 vectors/,
    ],
    [
      "a huge number of vectors",
      "99999999999 2\na 1 2\n",
      "expected 99999999999 vectors, as the first line says, got 1",
    ],
    [
      "a huge dimension",
      "1 99999999999\na 1 2\n",
      'line 2: expected 99999999999 numbers after id "a", got 2',
    ],
    [
      "gzip",
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0),
      "v.txt is packed with gzip: unpack it first",
    ],
    [
      "binary: cut in a vector",
      binary("2 2\n", [
        ["a", 1, 2],
        ["b", 3],
      ]),
      'v.txt, vector 2 of 2: expected the 8 bytes of 2 float32s after id "b", got 4',
    ],
    [
      "binary: cut after a vector",
      binary("2 2\n", [["a", 1, 2]]),
      "vector 2 of 2: expected an id and a blank, got the end of the file, which is cut short",
    ],
    [
      "binary: too many",
      binary(
        "1 1\n",
        [
          ["a", 1],
          ["b", 2],
        ],
        "\n",
      ),
      "expected 1 vectors, as the first line says, but more follows",
    ],
    [
      "binary: NaN",
      binary("1 2\n", [["a", 1, Number.NaN]]),
      'vector 1 of 1: number 2 of "a" must be finite, got NaN',
    ],
    [
      "binary: a huge dimension",
      binary("1 99999999999\n", [["a", 1, 2]]),
      "expected the 399999999996 bytes of 99999999999 float32s",
    ],
    [
      "binary: a huge number",
      binary("99999999999 2\n", [["a", 1, 2]]),
      "vector 2 of 99999999999: expected an id and a blank",
    ],
    [
      "binary: an id twice",
      binary("2 1\n", [
        ["a", 1],
        ["a", 2],
      ]),
      'vector 2 of 2: id "a" is there already, as number 1',
    ],
    [
      "binary: an id of no text",
      Uint8Array.of(49, 32, 49, 10, 0xff, 32, 0, 0, 0, 0),
      "is not valid UTF-8",
    ],
    [
      "text taken for binary",
      "2 3\ntea 1 2 3\nrum 4 5 6\n",
      /vector \d of 2: .*pass binary: false/,
      { binary: true },
    ],
    [
      "binary taken for text",
      binary("2 2\n", [
        ["a", 1, 2],
        ["b", 3, 4],
      ]),
      /line 2: expected/,
      { binary: false },
    ],
    [
      "a wrong option",
      "",
      'readWord2Vec: option "binary" must be true, false or "auto", got "yes"',
      { binary: "yes" } as object,
    ],
  ])("%s", async (_, file, message, options = {}) => {
    const bytes = typeof file === "string" ? text(file) : file;
    for (const source of [bytes, inChunks(bytes, 1)])
      await expect(readWord2Vec(source, { name, ...options })).rejects.toThrow(message);
  });

  test("cut anywhere, no part of a file is taken for a whole one", async () => {
    const vectors = keyed({ tea: [0.25, 1], rum: [-3, 1e-7] });
    for (const binary of [false, true]) {
      const file = bytesOf(writeWord2Vec(vectors, { binary }));
      const whole = binary ? file.length - 1 : file.length; // the newline after the last binary vector may be missing
      for (let length = 0; length < whole; length++)
        await expect(readWord2Vec(file.subarray(0, length), { binary })).rejects.toThrow(
          FormatError,
        );
    }
  });

  test("a source that is none is named, and its own errors pass", async () => {
    await expect(readWord2Vec("v.txt" as unknown as Uint8Array)).rejects.toThrow(
      "the file: expected a Uint8Array, an AsyncIterable of them or a ReadableStream; open files yourself",
    );
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield text("2 2\n");
      throw new Error("the disk is gone");
    }
    await expect(readWord2Vec(broken())).rejects.toThrow("the disk is gone");
  });

  test("an aborted signal stops reading and lets go of the source", async () => {
    const controller = new AbortController();
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield text("99999999 1\n");
        for (let i = 0; ; i++) {
          if (i === 10) controller.abort(new Error("enough"));
          yield text(`item${i} ${i}\n`);
        }
      } finally {
        isClosed = true;
      }
    }
    await expect(readWord2Vec(endless(), { signal: controller.signal })).rejects.toThrow("enough");
    expect(isClosed).toBe(true);
  });
});
