import { FeatureEncoder, Features, Vocabulary } from "@kith/data";

const features = () =>
  Features.from(
    [
      { item: "a", price: 1, brand: "x", tags: ["red", "big"], text: Float32Array.of(0, 5) },
      { item: "b", price: 3, brand: "y", tags: ["red"], text: Float32Array.of(4, 5) },
      { item: "c" },
    ],
    { kinds: { price: "numeric" } },
  );

/** Rows of what an encoder gives, by the names of columns; zeros are left out. */
function named(encoder: FeatureEncoder, ids: readonly string[], given = features()) {
  const { offsets, indices, values } = encoder.encode(given, Vocabulary.from(ids));
  return ids.map((_, n) =>
    Object.fromEntries(
      Array.from(indices.subarray(offsets[n], offsets[n + 1]), (column, k) => [
        encoder.columns[column],
        values[offsets[n] + k],
      ]),
    ),
  );
}

describe("FeatureEncoder", () => {
  test("standardises numbers and vectors, and gives categories a column each", () => {
    const encoder = FeatureEncoder.fit(features());
    expect(encoder.columns).toEqual([
      ...["price", "price (not known)", "brand=x", "brand=y", "brand=(other)"],
      ...["tags=red", "tags=big", "tags=(other)", "text[0]", "text[1]", "text (not known)"],
    ]);
    const half = Math.fround(Math.SQRT1_2);
    expect(named(encoder, ["a", "b", "c"])).toEqual([
      { price: -1, "brand=x": 1, "tags=red": half, "tags=big": half, "text[0]": -1 },
      { price: 1, "brand=y": 1, "tags=red": 1, "text[0]": 1 },
      { "price (not known)": 1, "brand=(other)": 1, "tags=(other)": 1, "text (not known)": 1 },
    ]); // text[1] is 5 wherever it is known, which becomes 0
  });

  test("puts values it has not seen into the bucket, and asks nothing of an id without features", () => {
    const encoder = FeatureEncoder.fit(features(), { fields: ["brand", "tags"] });
    const later = Features.from([
      { item: "new", brand: "z", tags: ["red", "green", "blue"] },
      { item: "old", brand: "y", tags: [] },
    ]);
    const half = Math.fround(Math.SQRT1_2);
    expect(named(encoder, ["new", "old", "nobody"], later)).toEqual([
      { "brand=(other)": 1, "tags=red": half, "tags=(other)": half },
      { "brand=y": 1, "tags=(other)": 1 },
      { "brand=(other)": 1, "tags=(other)": 1 },
    ]);
  });

  test("sends rare categories to the bucket", () => {
    const encoder = FeatureEncoder.fit(features(), { fields: ["tags"], minCount: 2 });
    expect(encoder.columns).toEqual(["tags=red", "tags=(other)"]);
  });

  test("is the same after JSON", () => {
    const encoder = FeatureEncoder.fit(features());
    const again = FeatureEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
    expect(again.columns).toEqual(encoder.columns);
    expect(named(again, ["a", "c"])).toEqual(named(encoder, ["a", "c"]));
    for (const damaged of [null, {}, { fields: [] }, { fields: [{ kind: "numeric", name: "x" }] }])
      expect(() => FeatureEncoder.fromJSON(damaged)).toThrow("expected what toJSON() wrote");
  });

  test("refuses by name what is missing or of another kind", () => {
    expect(() => FeatureEncoder.fit(features(), { fields: ["colour"] })).toThrow(
      'there is no field "colour"; the fields are price, brand, tags, text',
    );
    const encoder = FeatureEncoder.fit(features(), { fields: ["price"] });
    const encode = (given: Features) => () => encoder.encode(given, Vocabulary.from(["a"]));
    expect(encode(Features.from([{ item: "a", brand: "x" }]))).toThrow('there is no field "price"');
    expect(encode(Features.from([{ item: "a", price: 1 }]))).toThrow(
      'field "price" was numeric in training, got categorical',
    );
  });
});
