import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNpy, readWord2Vec, writeIds, writeNpy, writeWord2Vec } from "@kith/embeddings-w2v";
import type { Ranking } from "@kith/recommender";
import { bytesOf, randomVectors } from "./support.ts";

// Runs where a Python has gensim, such as after `apt-get install python3-gensim`; the fixtures are tested everywhere.
const python = ["python3", "/usr/bin/python3"].find(
  (path) => spawnSync(path, ["-c", "import gensim"], { timeout: 60_000 }).status === 0,
);
const withGensim = python === undefined ? describe.skip : describe;

const SCRIPT = join(__dirname, "fixtures", "round_trip.py");

withGensim("gensim itself", () => {
  const names = Array.from({ length: 1000 }, (_, i) => ["item", "käse", "日本茶", "🍋"][i % 4] + i);
  test.each([
    [3, 5],
    [1000, 128],
  ])(
    "reads our %d × %d, answers alike, and writes what we read",
    async (items, dim) => {
      const folder = mkdtempSync(join(tmpdir(), "kith-gensim-"));
      try {
        const vectors = randomVectors(items, dim, 4, names.slice(0, items));
        const write = (name: string, chunks: Iterable<Uint8Array>) =>
          writeFileSync(join(folder, name), bytesOf(chunks));
        write("kith.txt", writeWord2Vec(vectors));
        write("kith.bin", writeWord2Vec(vectors, { binary: true }));
        write("kith.npy", writeNpy(vectors));
        write("kith.ids", writeIds(vectors.items));
        const { status, stdout, stderr } = spawnSync(python as string, [SCRIPT, folder], {
          encoding: "utf8",
        });
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });

        const answers = JSON.parse(stdout) as {
          similar: Record<string, [string, number][]>;
          analogy: [string, number][];
        };
        const agree = ({ items, scores }: Ranking, expected: [string, number][]) => {
          expect(items).toEqual(expected.map(([item]) => item));
          expected.forEach(([, score], j) => {
            expect(Math.abs(scores[j] - score)).toBeLessThan(1e-5);
          });
        };
        const asked = Object.keys(answers.similar);
        expect(asked).toHaveLength(Math.min(20, items));
        const batch = vectors.similarBatch(asked);
        asked.forEach((id, n) => {
          agree(vectors.similar(id), answers.similar[id]);
          agree(batch[n], answers.similar[id]);
        });
        const [a, b, c] = names;
        agree(vectors.analogy({ positive: [a, b], negative: [c] }), answers.analogy);

        const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
        for (const again of [
          await readWord2Vec(read("gensim.txt")),
          await readWord2Vec(read("gensim.bin")),
          await readNpy(read("numpy-f8.npy"), vectors.items),
        ]) {
          expect(again.items.ids()).toEqual(vectors.items.ids());
          expect(again.vectors.every((x, at) => x === vectors.vectors[at])).toBe(true);
        }
        vectors.dispose();
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});
