import { gzipSync } from "node:zlib";
import { readInteractions } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("sources", () => {
  test("are closed when reading stops early", async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield utf8("user,item\nbad\n");
      } finally {
        isClosed = true;
      }
    }
    await expect(readInteractions(endless())).rejects.toThrow("expected 2 columns");
    expect(isClosed).toBe(true);

    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8("user,item\nbad\n")),
      cancel: () => {
        isCancelled = true;
      },
    });
    await expect(readInteractions(stream)).rejects.toThrow("expected 2 columns");
    expect(isCancelled).toBe(true);
  });

  test("an error of the source stays what it is, packed or not", async () => {
    const failing = async function* (first: Uint8Array) {
      yield first;
      throw new Error("disk on fire");
    };
    await expect(readInteractions(failing(utf8("user,item\n")))).rejects.toThrow("disk on fire");
    await expect(
      readInteractions(failing(gzipSync("user,item\n").subarray(0, 12))),
    ).rejects.toThrow("disk on fire");
  });

  test("of strings are refused", async () => {
    async function* strings() {
      yield "user,item\n";
    }
    await expect(readInteractions(strings() as never)).rejects.toThrow(
      "expected chunks of bytes, got a string; open the stream without an encoding",
    );
  });

  test("can be stopped", async () => {
    const controller = new AbortController();
    async function* endless() {
      yield utf8("user,item\n");
      for (let i = 0; ; i++) {
        if (i === 3) controller.abort(new Error("enough"));
        yield utf8("u,i\n");
      }
    }
    await expect(readInteractions(endless(), { signal: controller.signal })).rejects.toThrow(
      "enough",
    );
  });
});
