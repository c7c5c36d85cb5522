/** A reporter of Web Test Runner: one line per file and browser, and a JSON object of the same in the file that RESULTS names. */
import {appendFileSync} from 'node:fs';
import {relative} from 'node:path';
import {root} from './processes.mjs';

/** @typedef {import('@web/test-runner-core').TestSuiteResult} Suite */

/** @param {Suite | undefined} suite @returns {import('@web/test-runner-core').TestResult[]} */
const testsIn = (suite) => (suite ? [...suite.tests, ...suite.suites.flatMap(testsIn)] : []);

/**
 * A file that holds no test is a failure, and so is one that failed though none of its tests did (it does not load, its page crashed).
 *
 * @param {import('@web/test-runner-core').TestSession} session
 */
function countOf(session) {
  const tests = testsIn(session.testResults);
  const skipped = tests.filter((test) => test.skipped).length;
  const passed = tests.filter((test) => test.passed && !test.skipped).length;
  const failed = tests.length - skipped - passed;
  const silent = failed === 0 && (tests.length === 0 || !session.passed);
  return {passed, failed: silent ? 1 : failed, skipped};
}

/** @returns {import('@web/test-runner-core').Reporter} */
export const countReporter = () => ({
  reportTestFileResults({logger, sessionsForTestFile, testFile}) {
    const file = relative(root, testFile);
    for (const session of sessionsForTestFile) {
      const count = countOf(session);
      const {passed, failed, skipped} = count;
      logger.log(`  ${failed === 0 ? '✔' : '✖'} ${file} ${session.browser.name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
      if (process.env.RESULTS) appendFileSync(process.env.RESULTS, `${JSON.stringify({file, browser: session.browser.name, ...count})}\n`);
    }
  },
});
