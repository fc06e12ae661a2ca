import { defineConfig } from "tsup";

/** A program, not a library: one ES module for Node; what package.json depends on stays outside. */
export default defineConfig({
  entry: ["src/main.ts"],
  format: ["esm"],
  target: "node20",
  platform: "node",
  sourcemap: true,
  clean: true,
  treeshake: true,
});
