/** Tests run against src, never dist: the "@kith/source" condition resolves workspace packages to TypeScript. */
module.exports = {
  testEnvironment: "node",
  testEnvironmentOptions: {
    customExportConditions: ["@kith/source", "node", "require", "default"],
  },
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
