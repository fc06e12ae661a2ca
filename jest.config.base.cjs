/** Tests run against src, never dist: the "@kith/source" condition resolves workspace packages to TypeScript. */
module.exports = {
  testEnvironment: "node",
  testEnvironmentOptions: {
    customExportConditions: ["@kith/source", "node", "require", "default"],
  },
  // Handed to each file as parameters: looked up through jest's sandbox they take longer than a kernel's arithmetic.
  sandboxInjectedGlobals: [
    "Array",
    "Atomics",
    "Error",
    "FinalizationRegistry",
    "Float32Array",
    "Float64Array",
    "Int32Array",
    "Map",
    "Math",
    "Number",
    "Object",
    "RangeError",
    "Set",
    "Uint32Array",
    "Uint8Array",
    "WeakMap",
    "WeakRef",
  ],
  testTimeout: 120_000, // the machine may be busy
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  coverageProvider: "v8",
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, sourceMaps: "inline" },
    ],
  },
};
