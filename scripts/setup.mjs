/** `npm run setup`: everything a fresh clone needs. Fast, and nearly silent, when nothing changed. */
import { setup } from "./lib/setup.mjs";

await setup();
