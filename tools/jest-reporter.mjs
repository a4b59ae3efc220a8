// One line per test file as it ends, failures in full beneath it, and the counts to tools/test.mjs.
import { relative } from "node:path";

export default class Reporter {
  #root;

  constructor(config) {
    this.#root = config.rootDir;
  }

  onTestResult(test, result) {
    const broken = result.testExecError !== undefined || result.numFailingTests > 0;
    const seconds = ((result.perfStats.end - result.perfStats.start) / 1000).toFixed(1);
    const skipped = result.numPendingTests + result.numTodoTests;
    const tests = `${result.numPassingTests + result.numFailingTests} tests${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    console.log(`${broken ? "FAIL" : "ok  "} ${relative(this.#root, test.path)} (${tests}, ${seconds} s)`);
    for (const reason of reasonsToSkip(result)) console.log(`  ${reason}`);
    for (const { message, origin } of result.console ?? []) console.log(`  console: ${message}\n${origin}`);
    if (result.failureMessage) console.log(result.failureMessage);
  }

  onRunComplete(_, results) {
    const { unchecked, filesUnmatched, added, updated, filesRemoved } = results.snapshot;
    if (added + updated > 0) console.log(`${added} snapshots written, ${updated} updated`);
    if (unchecked + filesRemoved + filesUnmatched > 0)
      console.log(`${unchecked} obsolete snapshots, ${filesUnmatched} files with differing ones`);
    process.send?.({
      passed: results.numPassedTests,
      // A file that fails to load has no tests of its own: count it as one failure.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    });
  }
}

/** Why suites are skipped, where their titles say it in brackets. */
const reasonsToSkip = ({ testResults }) =>
  new Set(
    testResults.flatMap(({ status, fullName }) =>
      status === "pending" ? (/\[(skipped[^\]]*)\]/.exec(fullName)?.slice(1) ?? []) : [],
    ),
  );
