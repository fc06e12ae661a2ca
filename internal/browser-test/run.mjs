/**
 * The library in a real browser: `npm run test:browser` builds the packages, then runs this with CHROMIUM_PATH set.
 * With `--serve` it only serves the page, for looking at it. Ends with a line "N passed, N failed".
 */
import { launch } from "./driver/browser.mjs";
import { bundleSite, experimentInNode } from "./driver/bundle.mjs";
import { checks } from "./driver/checks.mjs";
import { summary } from "./driver/harness.mjs";
import { serve } from "./driver/server.mjs";

async function test(executablePath) {
  const { site, inputs } = await bundleSite();
  const node = await experimentInNode();
  const { address, close } = await serve(site);
  try {
    const browser = await launch(executablePath);
    try {
      await checks({ browser, address, inputs, node });
    } finally {
      await browser.close();
    }
  } finally {
    await close();
  }
  summary();
}

async function show() {
  const { site } = await bundleSite();
  const { address } = await serve(site);
  console.log(`with threads:   ${address}/isolated/page.html`);
  console.log(`on one thread:  ${address}/plain/page.html`);
  console.log("Ctrl-C ends it.");
}

if (process.argv.includes("--serve")) await show();
else if (process.env.CHROMIUM_PATH) await test(process.env.CHROMIUM_PATH);
else {
  console.error("Set CHROMIUM_PATH, or call npm run test:browser, which looks for a Chromium.");
  process.exitCode = 1;
}
