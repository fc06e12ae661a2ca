/** `npm run test:browser`: the built packages in a real Chromium. */
import { browserTests } from "./lib/browser.mjs";
import { setup } from "./lib/setup.mjs";

await setup();
const { code, output } = await browserTests({ show: true });
if (output) console.log(output);
process.exitCode = code;
