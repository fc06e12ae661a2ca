const { join } = require("node:path");
const { build } = require("esbuild");

/** Before the tests: the command line from source, as one file that starts in a tenth of a second. */
module.exports = () =>
  build({
    entryPoints: {
      kith: join(__dirname, "../src/main.ts"),
      files: join(__dirname, "../src/files.ts"), // for the test that is killed while it writes
    },
    outdir: join(__dirname, "../node_modules/.kith-test"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@kith/source"],
    external: ["commander", "yaml"],
    logLevel: "warning",
  });
