// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import type { ByteSource, Vocabulary } from "@kith/data";
import { KeyedVectors, readNpy, readWord2Vec, writeNpy, writeWord2Vec } from "@kith/embeddings-w2v";
import type { Ranking } from "@kith/recommender";

declare const items: Vocabulary;
declare const source: ByteSource;
declare const vectors: KeyedVectors;

// Right uses.
export const made: KeyedVectors = new KeyedVectors(items, new Float32Array(8));
vectors.similar("tea") satisfies Ranking;
vectors.similarTo(new Float32Array(2)) satisfies Ranking;
vectors.similarTo([1, 2], { k: 3, exclude: ["tea", 7] }) satisfies Ranking;
vectors.similarTo([new Float32Array(2), [1, 2]]) satisfies Ranking[];
vectors.analogy({ positive: ["king", "woman"], negative: ["man"] }, 5) satisfies Ranking;
export const read: Promise<KeyedVectors> = readWord2Vec(source, { binary: "auto", name: "v.txt" });
export const withIds: Promise<KeyedVectors>[] = [readNpy(source, items), readNpy(source, source)];
export const blob: Blob = new Blob([
  ...writeWord2Vec(vectors, { binary: true }),
  ...writeNpy(vectors),
]);

// @ts-expect-error a Float32Array
new KeyedVectors(items, [1, 2]);
// @ts-expect-error a vocabulary
new KeyedVectors(["tea"], new Float32Array(8));
// @ts-expect-error sides have names
vectors.analogy(["king"], ["man"]);
// @ts-expect-error the option is called exclude
vectors.similarTo([1, 2], { without: ["tea"] });
// @ts-expect-error vectors are not to be exchanged
vectors.vectors = new Float32Array(8);
// @ts-expect-error "auto" is for reading
writeWord2Vec(vectors, { binary: "auto" });
// @ts-expect-error where are the ids?
readNpy(source);
