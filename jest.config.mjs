/** One project for the whole workspace: workspace imports resolve to source, so no build is needed. */
export default {
  roots: ["<rootDir>/packages", "<rootDir>/apps", "<rootDir>/tools"],
  testMatch: ["**/{src,test,tools}/**/*.test.ts"],
  modulePathIgnorePatterns: ["/dist/"],
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@theano-ts/source", "node", "node-addons"] },
  transform: {
    "^.+\\.[mc]?tsx?$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript", decorators: false }, target: "es2022" },
        module: { type: "commonjs", ignoreDynamic: false },
        sourceMaps: "inline",
      },
    ],
  },
  reporters: ["<rootDir>/tools/jest-reporter.mjs"],
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  watchman: false,
  maxWorkers: "100%",
  coverageProvider: "v8",
  collectCoverageFrom: ["packages/*/src/**/*.ts", "!**/*.test.ts"],
};
