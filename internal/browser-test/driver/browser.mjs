/** The browser, and pages of the site in it. */
import { chromium } from "playwright-core";

const args = [
  "--headless",
  "--no-sandbox", // CI runs as root, where Chromium's sandbox refuses to start
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(executablePath) {
  return chromium.launch({ executablePath, args });
}

/** What a page may take: much more than it needs, as the machine may be busy. */
const PATIENCE = 60_000;

/** One page of the site, in a profile of its own. */
export class Page {
  /** Whatever the browser complained about. */
  complaints = [];
  #page;

  static async open(browser, address, kind, settings = {}) {
    const opened = new Page();
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    opened.#page = page;
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => opened.complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) opened.complaints.push(message.text());
    });
    page.on("requestfailed", (request) => opened.complaints.push(`failed: ${request.url()}`));
    await page.goto(`${address}/${kind}/page.html?${new URLSearchParams(settings)}`);
    return opened;
  }

  /** What computes there, as soon as it is chosen, and how long after the page's start. */
  async backend() {
    await this.#until(() => seen.backend || seen.failure);
    return this.#page.evaluate(() => ({ backend: seen.backend, milliseconds: seen.choosing }));
  }

  /** Waits until training is under way. */
  async training() {
    await this.#until(() => seen.progress.length > 0 || seen.failure);
  }

  /** Presses Stop as soon as training is under way. */
  async stop() {
    await this.#until(() => {
      if (seen.progress.length > 0) document.getElementById("stop").click();
      return seen.progress.length > 0;
    });
  }

  async goOn() {
    await this.#page.getByRole("button", { name: "Go on" }).click();
  }

  progressReports() {
    return this.#page.evaluate(() => seen.progress.length);
  }

  /** The name of the error that ended training. */
  async failure() {
    await this.#until(() => seen.failure || seen.result);
    return this.#page.evaluate(() => seen.failure);
  }

  checkpointBytes() {
    return this.#page.evaluate(() => seen.checkpoint?.length);
  }

  /** Everything that was computed; throws what the page says when it failed. */
  async result() {
    await this.#until(
      () => seen.result || (seen.failure && document.querySelector("#status.failed")),
    );
    const { result, file, scores, status } = await this.#page.evaluate(async () => {
      const base64 = (array) =>
        new Promise((resolve) => {
          const reader = new FileReader();
          reader.onload = () => resolve(reader.result.split(",")[1]);
          reader.readAsDataURL(new Blob([array]));
        });
      const { result } = seen;
      return {
        status: document.getElementById("status").textContent,
        result: result && { ...result, file: undefined, scores: undefined },
        file: result && (await base64(result.file)),
        scores: result && (await base64(result.scores)),
      };
    });
    if (!result) throw new Error(`the page says: ${status}`);
    return {
      ...result,
      file: new Uint8Array(Buffer.from(file, "base64")),
      scores: new Float32Array(new Uint8Array(Buffer.from(scores, "base64")).buffer),
    };
  }

  violations() {
    return this.#page.evaluate(() => seen.violations);
  }

  cores() {
    return this.#page.evaluate(() => navigator.hardwareConcurrency);
  }

  /** The text of the page as people read it. */
  text() {
    // biome-ignore lint/performance/useDomNodeTextContent: what is hidden shall not count
    return this.#page.locator("body").innerText();
  }

  screenshot(path) {
    return this.#page.screenshot({ path, fullPage: true });
  }

  close() {
    return this.#page.context().close();
  }

  #until(condition) {
    return this.#page.waitForFunction(condition, undefined, { polling: 20 });
  }
}
