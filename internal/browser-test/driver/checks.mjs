/** What has to be true of the page in a browser, and of what it computes. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Page } from "./browser.mjs";
import { check } from "./harness.mjs";

const EPOCHS = 1;
const RECALL = 0.5; // one epoch reaches 0.593; popularity 0.28, without the graph 0.13, untrained 0.01

/** Runs all checks; prints one line for each, and what an epoch took. */
export async function checks({ browser, address, inputs, node }) {
  const seconds = {};
  let isolated;

  /** Opens a page, looks at it, and closes it: the browser may have complained about nothing but `expected`. */
  async function onPage(kind, settings, look, expected = []) {
    const page = await Page.open(browser, address, kind, { epochs: EPOCHS, ...settings });
    try {
      await look(page);
      assert.deepEqual(page.complaints, expected, "complaints of the browser");
    } finally {
      await page.close();
    }
  }

  function timed(where, result) {
    seconds[`${where}, ${result.backend.threads} thread(s)`] = result.epochs[0].seconds;
    return result;
  }

  await check("the page is bundled from the packages' built ESM", () => {
    const ours = inputs.filter((path) => path.includes("/packages/"));
    assert.ok(ours.length >= 8, `expected 8 packages or more, got ${ours}`);
    for (const path of ours) assert.match(path, /\/dist\/index\.js$/);
  });

  await check("an isolated page trains in a worker, with threads on shared memory", () =>
    onPage("isolated", {}, async (page) => {
      isolated = timed("isolated page", await page.result());
      const { backend, isIsolated } = isolated;
      assert.equal(isIsolated, true);
      assert.match(backend.kernels, /^wasm-(relaxed-)?simd$/);
      assert.equal(backend.sharedMemory, true);
      assert.equal(backend.threads, Math.min(await page.cores(), 8), backend.reason);
      assert.deepEqual(await page.violations(), []);
      assert.ok(
        isolated.metrics["recall@20"] > RECALL,
        `Recall@20 ${isolated.metrics["recall@20"]}`,
      );

      assert.ok((await page.progressReports()) > 2, "progress is not reported");
      const text = await page.text();
      for (const { item, title, reasons } of isolated.recommendations)
        for (const words of [item, title, ...reasons])
          assert.ok(text.includes(words), `the page does not show ${words}`);
      for (const words of [
        isolated.metrics["recall@20"].toFixed(3),
        isolated.metrics["ndcg@20"].toFixed(3),
        isolated.epochs[0].loss.toFixed(4),
        isolated.epochs[0].validation["recall@20"].toFixed(4),
        backend.kernels,
      ])
        assert.ok(text.includes(words), `the page does not show ${words}`);
      const path = join(tmpdir(), "kith-browser-test.png");
      await page.screenshot(path);
      console.log(`  how it looks: ${path}`);
    }),
  );

  if (!isolated) return; // all else is compared with it

  await check("what it recommends is new to the package, and its reasons are not", () => {
    const { recommendations, history } = isolated;
    assert.ok(recommendations.length > 0);
    for (const { item, title, reasons } of recommendations) {
      assert.ok(!history.includes(item), `${item} is in the history`);
      assert.notEqual(title, "");
      assert.ok(reasons.length > 0 && reasons.every((reason) => history.includes(reason)));
    }
    assert.ok(
      recommendations.some(({ isHeldOut }) => isHeldOut),
      "no held-out item was found",
    );
  });

  await check("Node computes the same with the same kernels, bit for bit", async () => {
    const backend = { kernels: isolated.backend.kernels };
    try {
      assertEqual(timed("Node", await node.experiment({ epochs: EPOCHS, backend })), isolated);
    } catch (error) {
      if (error.name !== "BackendError") throw error;
      // This Node has no relaxed SIMD: both sides then take the set that both have.
      const plan = { epochs: EPOCHS, backend: { kernels: "wasm-simd" } };
      const expected = timed("Node", await node.experiment(plan));
      await onPage("isolated", { kernels: "wasm-simd" }, async (page) =>
        assertEqual(await page.result(), expected),
      );
    }
  });

  await check("a model saved in the browser loads in Node and gives equal scores", () => {
    assert.deepEqual(node.scoresOf(isolated.file, isolated.example), isolated.scores);
  });

  await check(
    "a page that is not isolated computes the same on one thread, as its memory grows",
    () =>
      onPage("plain", {}, async (page) => {
        const result = timed("page not isolated", await page.result());
        const { backend } = result;
        assert.equal(result.isIsolated, false);
        assert.equal(backend.sharedMemory, false);
        assert.equal(backend.threads, 1);
        assert.match(backend.reason, /not cross-origin isolated/);
        assert.ok(
          result.heapGrew && result.bufferDetached,
          "growth did not detach the first buffer",
        );
        assertEqual(result, isolated);
      }),
  );

  await check("the page's own thread computes the same alone, and says why", () =>
    onPage("isolated", { thread: "page" }, async (page) => {
      const result = timed("isolated page's own thread", await page.result());
      assert.equal(result.backend.threads, 1);
      assert.equal(result.backend.sharedMemory, true);
      assert.match(result.backend.reason, /may not wait for others \(use a Worker\)/);
      assertEqual(result, isolated);
    }),
  );

  await check(
    "training stops at once when told to, and goes on from its checkpoint to the same end",
    () =>
      onPage("isolated", {}, async (page) => {
        await page.stop();
        const start = performance.now();
        assert.equal(await page.failure(), "AbortError");
        const waited = performance.now() - start;
        assert.ok(waited < 5000, `it took ${waited.toFixed(0)} ms`);
        assert.ok((await page.checkpointBytes()) > 0, "no checkpoint was handed over");
        await page.goOn();
        assertEqual(await page.result(), isolated);
      }),
  );

  await check("a strict content security policy allows threads from a workerUrl", () =>
    onPage("strict", { workerUrl: "kernel-worker.js" }, async (page) => {
      const result = await page.result();
      assert.equal(result.backend.threads, isolated.backend.threads, result.backend.reason);
      assert.deepEqual(await page.violations(), []);
      assertEqual(result, isolated);
    }),
  );

  await check(
    "without a workerUrl such a policy leaves one thread, noticed at once, that trains",
    () =>
      onPage("strict", {}, async (page) => {
        const { backend, milliseconds } = await page.backend();
        assert.equal(backend?.threads, 1);
        assert.match(backend.reason, /content security policy.*workerUrl/);
        assert.ok(milliseconds < 5000, `it took ${milliseconds} ms`); // the deadline would be 10 s
        await page.training();
        assert.equal(new Set(await page.violations()).size, 1);
      }),
  );

  await check(
    "a workerUrl that serves nothing leaves one thread, noticed at once, that trains",
    () => {
      const missing = `${address}/isolated/nothing.js`;
      return onPage(
        "isolated",
        { workerUrl: "nothing.js" },
        async (page) => {
          const { backend, milliseconds } = await page.backend();
          assert.equal(backend?.threads, 1);
          assert.ok(backend.reason.includes(missing), backend.reason);
          assert.ok(milliseconds < 5000, `it took ${milliseconds} ms`);
          await page.training();
          page.complaints = [...new Set(page.complaints)]; // one a thread
        },
        [`failed: ${missing}`],
      );
    },
  );

  console.log("\nseconds of an epoch:");
  for (const [where, value] of Object.entries(seconds))
    console.log(`  ${where.padEnd(40)} ${value.toFixed(1)}`);
}

/** Equal to the bit: losses, metrics, recommendations, scores, and every byte of the saved model. */
function assertEqual(actual, expected) {
  const figures = ({ epochs, metrics, recommendations, scores }) => ({
    epochs: epochs.map(({ loss, validation }) => ({ loss, validation })),
    metrics,
    recommendations,
    scores,
  });
  assert.deepEqual(figures(actual), figures(expected));
  assert.ok(Buffer.from(actual.file).equals(Buffer.from(expected.file)), "saved models differ");
}
