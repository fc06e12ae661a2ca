/** Finds the browser that the browser tests drive. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium: CHROMIUM_PATH if set, else the first of the usual names on PATH, else undefined. */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) {
    if (isExecutable(process.env.CHROMIUM_PATH)) return process.env.CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH names no program: ${process.env.CHROMIUM_PATH}`);
  }
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      if (isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}
