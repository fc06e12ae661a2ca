module.exports = {
  ...require("../../jest.config.base.cjs"),
  rootDir: __dirname,
  testTimeout: 60_000, // processes are started, on machines that may be busy
  globalSetup: "<rootDir>/test/bundle.cjs",
};
