/**
 * Counts vitest's JSON report. A file that failed outside any test (it did not load, or a hook failed) has no failed
 * test to count, so the file itself counts as one failure.
 */
export function countResults(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The last line of `npm test`, for people and for programs that read it. */
export function closingLine({ passed, failed, skipped }) {
  const ending = skipped > 0 ? `, ${skipped} skipped` : '';
  return `${passed} passed, ${failed} failed${ending}`;
}
