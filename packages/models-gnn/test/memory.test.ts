import { heap, MemoryError } from "@kith/core-tensors";
import { Interactions, Vocabulary } from "@kith/data";
import { GAT, GCN, GraphSAGE, LightGCN, NGCF, PinSage, XSimGCL } from "../src/index.ts";

/** So many users and items, whether or not they have anything. */
function shop(size: number): Interactions {
  const ids = Vocabulary.from(Array.from({ length: size }, (_, n) => n));
  const rows = Array.from({ length: 200 }, (_, n) => n);
  return Interactions.fromColumns({
    users: ids,
    items: ids,
    user: Uint32Array.from(rows, (n) => n % 20),
    item: Uint32Array.from(rows, (n) => (n % 20) + (n % 7)),
  });
}

const models = { GAT, GCN, GraphSAGE, LightGCN, NGCF, PinSage, XSimGCL };

describe.each(Object.entries(models))("%s", (name, Model) => {
  test("estimates its memory, and refuses what cannot fit before it allocates anything", async () => {
    const model = new Model({ dim: 4096 });
    const before = heap().allocated;
    const training = model.fit(shop(60_000));
    await expect(training).rejects.toThrow(MemoryError);
    await expect(training).rejects.toThrow(
      new RegExp(`^${name}: .* needs about [\\d,]+ MiB, and [\\d,]+ MiB of the heap's [\\d,]+ MiB`),
    );
    expect(heap().allocated).toBe(before);
  });

  test("estimates at least what it then takes", async () => {
    const data = shop(20_000);
    const small = { dim: 64, epochs: 1, batchSize: 64 };
    const { allocated } = heap();
    const model = new Model(small);
    let peak = 0;
    const onProgress = () => {
      peak = Math.max(peak, heap().allocated);
    };
    for await (const _ of model.train(data, { onProgress })) onProgress();
    expect(await estimate(new Model(small), data)).toBeGreaterThanOrEqual(peak - allocated);
    model.dispose();
  });
});

/** The estimate in the message of a refusal, got by saying that none of the heap is free. */
async function estimate(
  model: { fit(data: Interactions): Promise<unknown> },
  data: Interactions,
): Promise<number> {
  const spy = jest.spyOn(heap(), "limit", "get").mockReturnValue(heap().allocated + 1);
  try {
    await model.fit(data);
  } catch (error) {
    const [, mebibytes] = /needs about ([\d,]+) MiB/.exec((error as Error).message) ?? [];
    return Number(mebibytes.replaceAll(",", "")) * 2 ** 20;
  } finally {
    spy.mockRestore();
  }
  throw new Error("the model was trained without memory");
}
